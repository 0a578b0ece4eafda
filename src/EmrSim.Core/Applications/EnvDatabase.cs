namespace EmrSim.Core.Applications;

/// <summary>The database that an env file names.</summary>
/// <param name="Engine">Its engine.</param>
/// <param name="Path">The absolute path of a SQLite database; null where it is none, or lives in memory.</param>
/// <param name="Variable">The variable that names it.</param>
/// <param name="Finding">What is odd about it; null where nothing is.</param>
internal sealed record EnvDatabase(EmrEngine Engine, string? Path, string Variable, string? Finding = null)
{
    private const string TypeVariable = "DB_TYPE";
    private const string UrlVariable = "DATABASE_URL";
    private const string FileScheme = "file:";

    // The order of the reference application.
    private static readonly string[] s_pathVariables = ["SQLITE_PATH", "DB_PATH"];
    private static readonly string[] s_serverSchemes = ["postgres://", "postgresql://"];

    /// <summary>What an env file says; null where it names no database.</summary>
    internal static EnvDatabase? Of(EnvFile env)
    {
        string folder = System.IO.Path.GetDirectoryName(env.Path)!;
        EnvDatabase? file = s_pathVariables.Where(v => env[v] is not null).Select(v => OfPath(env[v]!, v, folder)).FirstOrDefault() ?? OfUrl(env[UrlVariable], folder);
        if (env[TypeVariable] is not { } type || !type.StartsWith("postgres", StringComparison.OrdinalIgnoreCase)) return file;
        string? finding = file?.Engine == EmrEngine.Sqlite
            ? $"{TypeVariable} says PostgreSQL, and {file.Variable} names a SQLite database too. An application that does not look at {TypeVariable} uses the latter." : null;
        return new EnvDatabase(EmrEngine.PostgreSql, file?.Path, TypeVariable, finding);
    }

    private static EnvDatabase? OfUrl(string? url, string folder)
    {
        if (url is null) return null;
        if (s_serverSchemes.Any(s => url.StartsWith(s, StringComparison.OrdinalIgnoreCase))) return new EnvDatabase(EmrEngine.PostgreSql, null, UrlVariable);
        return url.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? OfPath(url, UrlVariable, folder) : null;
    }

    private static EnvDatabase OfPath(string value, string variable, string folder)
    {
        string path = value.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? WithoutScheme(value) : value;
        if (path is ":memory:" or "") return new EnvDatabase(EmrEngine.Sqlite, null, variable, $"{variable} is '{value}': the application keeps its data in its memory.");
        if (path.Any(char.IsControl))
        {
            return new EnvDatabase(EmrEngine.Sqlite, null, variable, $"{variable} holds a line break or another control character: between double quotes, \\n is one. Use single quotes.");
        }

        return new EnvDatabase(
            EmrEngine.Sqlite,
            System.IO.Path.GetFullPath(path, folder),
            variable,
            path.Contains("${", StringComparison.Ordinal) ? $"{variable} holds '${{', which dotenv leaves as it is." : null);
    }

    // file:./dev.db?connection_limit=1, file:///srv/app.db, file:///C:/emr/app.db
    private static string WithoutScheme(string url)
    {
        string path = url[FileScheme.Length..].Split('?')[0];
        if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
        return path.Length > 2 && path[0] == '/' && path[2] == ':' && OperatingSystem.IsWindows() ? path[1..] : path;
    }
}
