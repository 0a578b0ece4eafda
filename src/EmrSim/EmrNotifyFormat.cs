namespace EmrSim;

/// <summary>The form in which a service wants to be notified.</summary>
public enum EmrNotifyFormat
{
    /// <summary>Told by the address: Slack, Teams and healthchecks.io by their hosts, anything else is Generic.</summary>
    Auto,

    /// <summary>One JSON object with all facts.</summary>
    Generic,

    /// <summary>An incoming webhook of Slack, or of what understands its <c>text</c>, as Mattermost.</summary>
    Slack,

    /// <summary>A webhook or workflow of Microsoft Teams: a message with an Adaptive Card.</summary>
    Teams,

    /// <summary>A check of healthchecks.io or of a server of your own: the address for success, with <c>/fail</c> behind it for failure.</summary>
    Healthchecks,
}
