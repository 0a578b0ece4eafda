namespace EmrSim.Core.Samples;

/// <summary>The reference application's schema, as its database declares it.</summary>
internal static class SampleSchema
{
    /// <summary>What the application writes into user_version in this sample.</summary>
    internal const int UserVersion = 3;

    internal const string Tables =
        """
        CREATE TABLE personas (
          id TEXT PRIMARY KEY, display_name TEXT NOT NULL, headline TEXT, age INTEGER, gender TEXT, backstory TEXT, tone TEXT,
          response_template TEXT);
        CREATE TABLE sessions (
          id TEXT PRIMARY KEY, persona_id TEXT NOT NULL, mode TEXT NOT NULL, started_at TEXT DEFAULT CURRENT_TIMESTAMP, ended_at TEXT,
          sps_session_id TEXT, sps_scenario_id TEXT, sps_phase TEXT, sps_gate_json TEXT);
        CREATE TABLE turns (
          id TEXT PRIMARY KEY, session_id TEXT NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP,
          audio_ms INTEGER, tokens_in INTEGER, tokens_out INTEGER, timings_json TEXT, fingerprint TEXT);
        CREATE TABLE scenarios (
          scenario_id TEXT PRIMARY KEY, title TEXT NOT NULL, region TEXT NOT NULL, difficulty TEXT, setting TEXT, tags_json TEXT DEFAULT '[]',
          scenario_json TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP, updated_at TEXT DEFAULT CURRENT_TIMESTAMP);
        """;

    /// <summary>Made when the rows are there: sorting them once is faster than finding a place for each.</summary>
    internal const string Indexes = "CREATE UNIQUE INDEX idx_turns_fingerprint ON turns (fingerprint);";
}
