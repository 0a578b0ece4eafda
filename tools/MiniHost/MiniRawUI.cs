using System.Management.Automation.Host;

namespace EmrSim.MiniHost;

/// <summary>The size of the terminal; 120 columns where there is none. The rest of a raw console is not needed here.</summary>
internal sealed class MiniRawUI : PSHostRawUserInterface
{
    private const int DefaultWidth = 120;
    private const int DefaultHeight = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override Size BufferSize
    {
        get => Console.IsOutputRedirected ? new Size(DefaultWidth, DefaultHeight) : new Size(Math.Max(Console.WindowWidth, 1), Math.Max(Console.WindowHeight, 1));
        set { }
    }

    public override Size WindowSize { get => BufferSize; set { } }

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Size MaxWindowSize => BufferSize;

    public override bool KeyAvailable => false;

    public override string WindowTitle { get; set; } = "EmrSim";

    public override void FlushInputBuffer()
    {
    }

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw new NotSupportedException();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
}
