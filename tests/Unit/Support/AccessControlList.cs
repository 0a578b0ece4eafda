namespace EmrSim.Tests.Support;

/// <summary>The access control list of a file of Linux, made and read by Python, which needs no package for it.</summary>
public static class AccessControlList
{
    // user::rw-, user:1234:rw-, group::---, mask::rw-, other::---: the layout of acl_ea in linux/posix_acl_xattr.h.
    private const string Make =
        "import os,struct,sys; os.setxattr(sys.argv[1],sys.argv[2],struct.pack('<I',2)+b''.join(struct.pack('<HHI',*e) for e in " +
        "[(1,6,0xffffffff),(2,6,1234),(4,0,0xffffffff),(16,6,0xffffffff),(32,0,0xffffffff)]))";

    private const string Show = "import os,sys\ntry: print(os.getxattr(sys.argv[1],'system.posix_acl_access').hex())\nexcept OSError: print('none')";

    /// <summary>Lets another account read and write a file, and its group nothing; skips the test where that is not known.</summary>
    public static void Add(string path, bool inherited = false)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux keeps lists in extended attributes.");
        try
        {
            ExternalTool.Run(ExternalTool.Require("python3"), ["-c", Make, path, inherited ? "system.posix_acl_default" : "system.posix_acl_access"]);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("not supported", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Skip("The file system of temporary files knows no access control lists.");
        }

        if (!inherited) Assert.NotEqual("none", Read(path).List);
    }

    /// <summary>The list as bytes, or <c>none</c>, and the mode.</summary>
    public static (string List, UnixFileMode Mode) Read(string path) => OperatingSystem.IsWindows()
        ? ("none", default)
        : (ExternalTool.Run(ExternalTool.Require("python3"), ["-c", Show, path]).Trim(), File.GetUnixFileMode(path));
}
