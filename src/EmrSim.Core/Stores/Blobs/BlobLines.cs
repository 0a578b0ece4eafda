using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// A file of lines as append blobs. One takes 50 000 blocks, and a line is one, so the file goes on in another: <c>history.jsonl</c>,
/// <c>history.2.jsonl</c>, <c>history.3.jsonl</c>.
/// </summary>
internal sealed class BlobLines(BlobContainerClient container, BlobAddress address, string name, BlobLimits limits)
{
    private const int Attempts = 100;
    private const string Appending = "A line could not be appended";
    private const string Reading = "The lines could not be read";

    private readonly string _location = address.Locate(name);

    /// <summary>Appends a line, whole.</summary>
    internal void Append(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        BlobErrors.Guard(Appending, _location, () =>
        {
            int part = 1;
            // Each turn means that somebody else has appended, or that a part is full.
            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                AppendBlobClient blob = Part(part);
                (long length, int lines) = Measure(blob);
                if (lines >= limits.LinesPerBlob) part++;
                else if (TryAppend(blob, bytes, length)) return true;
            }

            throw new EmrSimException(ErrorCode.StoreUnavailable, $"{Appending} to '{_location}': too many others do so at once. Run again.", _location);
        });
    }

    /// <summary>All lines; none where there is no such file.</summary>
    internal IReadOnlyList<string> Read() => BlobErrors.Guard(Reading, _location, () =>
    {
        var lines = new List<string>();
        for (int part = 1; TryRead(Part(part), lines); part++)
        {
        }

        return lines;
    });

    private static bool TryRead(AppendBlobClient blob, List<string> lines)
    {
        try
        {
            using Stream content = blob.DownloadStreaming().Value.Content;
            using var reader = new StreamReader(content, Encoding.UTF8);
            while (reader.ReadLine() is { } line) if (line.Length > 0) lines.Add(line);
            return true;
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlobNotFound))
        {
            return false;
        }
    }

    private AppendBlobClient Part(int number) => container.GetAppendBlobClient(address.BlobName(number == 1
        ? name
        : string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(name)}.{number}{Path.GetExtension(name)}")));

    private static (long Length, int Lines) Measure(AppendBlobClient blob)
    {
        try
        {
            BlobProperties now = blob.GetProperties();
            return (now.ContentLength, now.BlobCommittedBlockCount);
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlobNotFound))
        {
            try
            {
                blob.Create(new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } });
            }
            catch (Exception other) when (BlobErrors.Is(other, BlobErrorCode.BlobAlreadyExists))
            {
                // Another run was faster; whether it has appended shows when the position does not fit.
            }

            return (0, 0);
        }
    }

    private static bool TryAppend(AppendBlobClient blob, byte[] line, long position)
    {
        try
        {
            using var content = new MemoryStream(line, writable: false);
            blob.AppendBlock(content, new AppendBlobAppendBlockOptions
            {
                Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = position },
                TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
            });
            return true;
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.AppendPositionConditionNotMet))
        {
            // By another run, or by this very request, repeated because its answer was lost.
            return IsThere(blob, line, position);
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlockCountExceedsLimit))
        {
            return false;
        }
    }

    private static bool IsThere(AppendBlobClient blob, byte[] line, long position) =>
        blob.DownloadContent(new BlobDownloadOptions { Range = new HttpRange(position, line.Length) }).Value.Content.ToMemory().Span.SequenceEqual(line);
}
