import Crypto

@testable import Persistence

/// Rows as a server of each version left them, with something in every table and column that the version brought.
///
/// They are what `version-N.sql` beside this file was made of. Those files stay as they are: a file that was written once is
/// out there for good. `RENEW_RELEASED=1 swift test --filter "released schema"` writes those that are missing.
enum ReleasedRows {
    /// What each version adds to the rows of the one before.
    static let versions = [
        first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh,
    ]

    /// A database of that version, as SQL.
    static func dump(version: Int) -> String {
        let schema = Schema.current.migrations.prefix(version).joined(separator: "\n")
        let rows = Self.versions.prefix(version).flatMap(\.self).joined(separator: "\n")
        return """
            \(schema)

            \(rows)

            PRAGMA application_id = \(Schema.applicationID);
            PRAGMA user_version = \(version);

            """
    }

    private static func message(
        _ sequence: Int,
        _ id: String,
        of person: String,
        in conversation: String,
        after parent: String?,
        _ role: String,
        _ text: String,
        state: String = "complete"
    ) -> String {
        let parts = text.isEmpty ? "[]" : "[{\"type\":\"text\",\"text\":\"\(text)\"}]"
        let hash = SHA256.digest(of: "\(id)\n\(role)\n\(parts)").hex
        let agent = role == "assistant" ? "'general'" : "NULL"
        return """
            INSERT INTO message
                (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
            VALUES (\(sequence), '\(person)', '\(id)', '\(conversation)', \(parent.map { "'\($0)'" } ?? "NULL"), '\(role)',
                '\(parts)', x'\(hash)', '\(state)', \(agent), NULL, 1795176000000);
            """
    }

    private static func generation(
        _ id: String,
        answering message: String,
        of person: String,
        in conversation: String,
        state: String,
        hasParts: Bool
    ) -> String {
        let ended = state == "streaming" ? "NULL" : "1795176005000"
        return """
            INSERT INTO generation
                (id, person, message, conversation, state, owner, epoch, lease_until, last_sequence, started_at, ended_at,
                finish_reason, input_tokens, output_tokens, seen, has_parts)
            VALUES ('\(id)', '\(person)', '\(message)', '\(conversation)', '\(state)', 'the first run', 1, 1795176060000, 2,
                1795176000000, \(ended), \(state == "complete" ? "'stop'" : "NULL"), 3, 5, NULL, \(hasParts ? 1 : 0));
            """
    }

    private static let first = [
        "INSERT INTO run (epoch, owner, started_at, ended_at) VALUES (1, 'the first run', 1795175000000, NULL);",
        """
        INSERT INTO person (id, kind, created_at) VALUES
            ('ada-is-a-guest-here', 'guest', 1795175100000), ('a-program-with-a-key', 'key', 1795175200000);
        """,
        """
        INSERT INTO session (hash, person, created_at, expires_at)
            VALUES ('hash of the session of ada', 'ada-is-a-guest-here', 1795175100000, 1895175100000);
        """,
        """
        INSERT INTO api_key (hash, person, name, created_at)
            VALUES ('hash of the key', 'a-program-with-a-key', 'nightly report', 1795175200000);
        """,
        """
        INSERT INTO conversation (id, owner, title, created_at, updated_at, deleted_at) VALUES
            ('conversation-of-ada', 'ada-is-a-guest-here', 'My knee, 我的膝盖', 1795176000000, 1795176005000, NULL),
            ('thrown-away-by-ada-', 'ada-is-a-guest-here', 'Thrown away', 1795176000000, 1795176005000, 1795176100000);
        """,
        message(
            1,
            "ada-asks-the-first",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            after: nil,
            "user",
            "Why 膝盖?"
        ),
        message(
            2,
            "reply-to-the-first-",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            after: "ada-asks-the-first",
            "assistant",
            "Because of the stairs."
        ),
        message(
            3,
            "ada-asks-the-second",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            after: "reply-to-the-first-",
            "user",
            "And then?"
        ),
        message(
            4,
            "reply-that-is-cut-off",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            after: "ada-asks-the-second",
            "assistant",
            "",
            state: "streaming"
        ),
        message(
            5,
            "a-thing-thrown-away",
            of: "ada-is-a-guest-here",
            in: "thrown-away-by-ada-",
            after: nil,
            "user",
            "Away"
        ),
        generation(
            "reply-to-the-first-",
            answering: "ada-asks-the-first",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            state: "complete",
            hasParts: true
        ),
        generation(
            "reply-that-is-cut-off",
            answering: "ada-asks-the-second",
            of: "ada-is-a-guest-here",
            in: "conversation-of-ada",
            state: "streaming",
            hasParts: true
        ),
        """
        INSERT INTO reply_part (generation, first, events) VALUES
            ('reply-to-the-first-', 1, '["Because of the stairs.",{"type":"stopped"}]'),
            ('reply-that-is-cut-off', 1, '["Then you ","rest"]');
        """,
        """
        INSERT INTO stream_token (hash, person, message, conversation, parent, text, starts_before)
            VALUES ('hash of a token', 'ada-is-a-guest-here', 'ada-asks-the-first', 'conversation-of-ada', NULL, 'Why?',
            1795176300000);
        """,
        "INSERT INTO setting (name, value) VALUES ('streaming_rollout_percent', '25');",
        """
        INSERT INTO setting_change (sequence, name, old, new, changed_by, changed_at)
            VALUES (1, 'streaming_rollout_percent', NULL, '25', 'the command line', 1795175300000);
        """,
    ]

    private static let second = [
        "UPDATE message SET shown = 7 WHERE id = 'reply-to-the-first-';",
        """
        UPDATE generation SET first_text_at = 1795176001000, spooled_at = 1795176004000, committed_at = 1795176006000,
            model_calls = 1, viewers = 2, returns = 1 WHERE id = 'reply-to-the-first-';
        """,
    ]

    private static let third = ["UPDATE stream_token SET agent = 'workout' WHERE hash = 'hash of a token';"]

    private static let fourth = [
        """
        INSERT INTO profile (person, version, fields, skipped, completed_at, conversation, last_message)
            VALUES ('ada-is-a-guest-here', 3, '{"age":36}', '["height"]', 1795176400000, 'conversation-of-ada',
            'ada-asks-the-first');
        """,
        """
        INSERT INTO fact (id, person, text, created_at)
            VALUES ('a-fact-about-ada----', 'ada-is-a-guest-here', 'Climbs stairs.', 1795176400000);
        """,
        """
        INSERT INTO fact_answer (person, id, text, answer)
            VALUES ('ada-is-a-guest-here', 'reply-to-the-first-/1', 'Climbs stairs.', 'yes');
        """,
        "UPDATE generation SET prompt = '{\"messages\":[]}' WHERE id = 'reply-to-the-first-';",
        """
        UPDATE stream_token SET kind = 'chat', time_zone = 'Europe/Berlin', minutes_east = 60, profile_version = 3,
            follows_nothing = 0;
        """,
    ]

    private static let fifth = [
        "UPDATE generation SET reason = 'keywords', stand_in = 'The coach answers.' WHERE id = 'reply-to-the-first-';",
        "INSERT INTO person (id, kind, created_at, role) VALUES ('the-admin-of-it-all', 'guest', 1795175100000, 'admin');",
    ]

    private static let sixth = [
        """
        UPDATE conversation SET pinned_at = 1795176500000, archived_at = 1795176600000, leaf = 'reply-to-the-first-',
            title_source = 'reader', import = 'an import' WHERE id = 'conversation-of-ada';
        """,
        """
        INSERT INTO message_words (rowid, words, person)
            VALUES (1, 'why 膝 盖', '\(WordRows.word(for: .named("ada-is-a-guest-here")))');
        """,
        "UPDATE message SET is_indexed = 1 WHERE sequence = 1;",
        """
        INSERT INTO import (person, id, source, created_at, undone_at)
            VALUES ('ada-is-a-guest-here', 'an import', 'chatgpt', 1795176400000, NULL);
        """,
        """
        INSERT INTO spending (day, address, messages, input_tokens, output_tokens)
            VALUES (20777, '', 2, 6, 10), (20777, '192.0.2.1', 2, 6, 10);
        """,
        """
        INSERT INTO erasure (person, erased_at, profile, facts)
            VALUES ('the-admin-of-it-all', 1795176400000, NULL, '{"facts":[],"answers":[]}');
        """,
        "UPDATE person SET streaming = 'off' WHERE id = 'ada-is-a-guest-here';",
        "UPDATE session SET device = 'Firefox on Linux', used_at = 1795176000000;",
        "UPDATE stream_token SET session = 'hash of the session of ada';",
    ]

    private static let seventh = [
        """
        INSERT INTO setting_change (sequence, name, old, new, changed_by, changed_at, was, became, why, verdict)
            VALUES (2, 'streaming_rollout_percent', '25', '50', 'the-admin-of-it-all', 1795175400000, '25', '50', 'looks good',
            '{"kind":"no_worse"}');
        """
    ]

    private static let eighth = [
        """
        INSERT INTO account (person, name, folded, password, created_at, disabled_at) VALUES
            ('the-admin-of-it-all', 'Grace', 'grace', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA',
            1795175100000, NULL);
        """,
        """
        INSERT INTO one_time_code (hash, purpose, person, note, expires_at) VALUES
            ('hash of an invitation', 'invitation', NULL, 'for Bob', 1895175100000),
            ('hash of a reset', 'reset', 'the-admin-of-it-all', '', 1895175100000);
        """,
        "INSERT INTO recovery_code (person, hash) VALUES ('the-admin-of-it-all', 'hash of a code');",
    ]

    private static let ninth = [
        """
        INSERT INTO second_factor (person, secret, last_step)
            VALUES ('the-admin-of-it-all', 'JBSWY3DPEHPK3PXP', 59839200);
        """
    ]

    private static let tenth = [
        "UPDATE api_key SET scopes = 'read', expires_at = 1895175100000, used_at = 1795176000000;"
    ]

    private static let eleventh = [
        "INSERT INTO rollout_comparison (one, state, cohort) VALUES (1, '{\"percent\":25}', '2026-11-20');"
    ]
}
