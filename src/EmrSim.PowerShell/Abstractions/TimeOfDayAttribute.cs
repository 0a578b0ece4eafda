using System.Globalization;
using System.Management.Automation;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>Takes a time of day as people write it: <c>02:00</c>; what is none is refused in words of ours.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeOfDayAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            TimeOnly time => time,
            DateTime time => TimeOnly.FromDateTime(time),
            TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => TimeOnly.FromTimeSpan(time),
            string text when TimeOnly.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) => time,
            _ => throw new ArgumentTransformationMetadataException($"'{value}' is no time of day. Write hours and minutes from 00:00 to 23:59, such as 02:30."),
        };
    }
}
