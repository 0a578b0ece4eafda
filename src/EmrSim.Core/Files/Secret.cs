using System.Security;

namespace EmrSim.Core.Files;

/// <summary>Secrets that users give, as such or in a file.</summary>
public static class Secret
{
    /// <summary>The secret, from wherever it is.</summary>
    /// <param name="given">The secret itself; null where it was not given.</param>
    /// <param name="path">The absolute path of a file that holds it and that only its owner can read; null where none was named.</param>
    /// <param name="parameter">What users call it, such as <c>Passphrase</c>.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="EmrSimException">InvalidArgument where both are there; SecretNotFound, SecretExposed, AccessDenied, IoError from the file.</exception>
    public static SecureString? Of(SecureString? given, string? path, string parameter)
    {
        if (path is null) return given;
        if (given is not null)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"Both -{parameter} and -{parameter}File were given. Give one of them.", path);
        }

        var secret = new SecureString();
        foreach (char c in SecretFile.Read(path)) secret.AppendChar(c);
        secret.MakeReadOnly();
        return secret;
    }
}
