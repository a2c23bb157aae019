//! What the status page says: one line a thing, and how it is with it.

use super::api::{DatabaseState, SystemState};
use crate::{
    i18n::{Text, format},
    ui::Tone,
};
use domain::{audit::AuditState, time::ZoneOffsets};

/// Free bytes below which something should be done.
const LITTLE: u64 = 1 << 30;
/// The same as a part of the disk: a tenth.
const PART: u64 = 10;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// `Ok`, `Warn` or `Bad`.
    pub tone: Tone,
    /// What it is about.
    pub title: &'static str,
    /// The figure at its end.
    pub value: String,
    /// Sentences below.
    pub more: Vec<String>,
}

impl Line {
    fn good(title: &'static str, value: impl Into<String>) -> Self {
        Self { tone: Tone::Ok, title, value: value.into(), more: Vec::new() }
    }

    fn with(mut self, more: impl Into<String>) -> Self {
        self.more.push(more.into());
        self
    }

    fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// The whole page.
pub(super) fn lines(text: Text, state: &SystemState, zone: &ZoneOffsets) -> Vec<Line> {
    let up = state.now.0.saturating_sub(state.started_at.0).max(0);
    let started = format::date_time(text, state.started_at, zone);
    let mut all = vec![
        Line::good(text.system_version(), state.version.clone()),
        Line::good(text.system_started(), started).with(format!(
            "{}: {}",
            text.system_up_for(),
            format::duration(text, up)
        )),
    ];
    all.extend(database(text, state.database.as_ref()));
    all.push(Line::good(text.system_data_folder(), state.data.clone()));
    all.extend(state.disk.map(|(free, total)| disk(text, free, total)));
    all.extend(state.audit.map(|audit| audit_log(text, audit, zone)));
    all.push(encryption(text, state.https));
    all
}

fn database(text: Text, state: Option<&DatabaseState>) -> Vec<Line> {
    let Some(state) = state else {
        let away = Line::good(text.system_database(), "").toned(Tone::Bad);
        return vec![away.with(text.system_database_away())];
    };
    let engine = Line::good(text.system_database(), format!("{} {}", state.engine, state.version))
        .with(text.system_database_ok(&format::duration(text, state.took)));
    let engine = if state.writable {
        engine.with(text.system_writable())
    } else {
        engine.toned(Tone::Bad).with(text.system_not_writable())
    };
    vec![
        engine,
        Line::good(text.system_database_size(), format::file_size(state.bytes)),
        Line::good(text.system_schema(), state.migration.to_string()),
    ]
}

fn disk(text: Text, free: u64, total: u64) -> Line {
    let room = text.system_disk_free(&format::file_size(free), &format::file_size(total));
    let line = Line::good(text.system_disk(), room);
    if free < LITTLE || free < total / PART {
        let least = LITTLE.max(total / PART);
        line.toned(Tone::Warn).with(text.system_disk_low(&format::file_size(least)))
    } else {
        line
    }
}

fn audit_log(text: Text, state: AuditState, zone: &ZoneOffsets) -> Line {
    let line = Line::good(text.audit_title(), "");
    match state.fault {
        Some(fault) => line.toned(Tone::Bad).with(crate::admin::audit::words::fault(text, fault)),
        None if state.at.is_set() => {
            let at = format::date_time(text, state.at, zone);
            line.with(text.audit_verified(&format::integer(state.to), &at))
        }
        None => line.with(text.audit_not_verified()),
    }
}

fn encryption(text: Text, https: bool) -> Line {
    if https {
        return Line::good(text.system_https(), text.common_on()).with(text.system_https_on());
    }
    Line::good(text.system_https(), text.common_off())
        .toned(Tone::Warn)
        .with(text.system_https_off())
        .with(text.system_passwords_plain())
        .with(text.system_cookie_plain())
        .with(text.system_https_unlocks())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        audit::{Fault, FaultKind},
        lang::Lang,
        time::{HOUR, Instant},
    };

    fn state() -> SystemState {
        SystemState {
            version: "0.1.0".to_owned(),
            started_at: Instant(1_795_305_600_000),
            now: Instant(1_795_305_600_000 + 3 * HOUR),
            data: "./data".to_owned(),
            https: true,
            database: Some(DatabaseState {
                engine: "SQLite".to_owned(),
                version: "3.51.3".to_owned(),
                bytes: 5 << 20,
                migration: 4,
                writable: true,
                took: 2,
            }),
            disk: Some((50 << 30, 100 << 30)),
            audit: Some(AuditState::default()),
        }
    }

    fn open(state: &SystemState) -> Vec<(&'static str, Tone)> {
        lines(Text::new(Lang::En), state, &ZoneOffsets::default())
            .into_iter()
            .filter(|line| line.tone != Tone::Ok)
            .map(|line| (line.title, line.tone))
            .collect()
    }

    #[test]
    fn an_installation_in_order_has_nothing_to_look_at() {
        assert_eq!(open(&state()), []);
        let told = lines(Text::new(Lang::Zh), &state(), &ZoneOffsets::default());
        assert!(told.iter().any(|line| line.value == "SQLite 3.51.3"));
        assert!(told.iter().any(|line| line.value == "./data"));
    }

    #[test]
    fn what_needs_attention_says_so() {
        let plain = SystemState { https: false, ..state() };
        assert_eq!(open(&plain), [("Encryption", Tone::Warn)]);
        let away = SystemState { database: None, ..state() };
        assert_eq!(open(&away), [("Database", Tone::Bad)]);
        let mut stuck = state();
        stuck.database.iter_mut().for_each(|database| database.writable = false);
        assert_eq!(open(&stuck), [("Database", Tone::Bad)]);
        let full = SystemState { disk: Some((900 << 20, 4 << 30)), ..state() };
        assert_eq!(open(&full), [("Disk", Tone::Warn)]);
        let nearly = SystemState { disk: Some((9 << 30, 100 << 30)), ..state() };
        assert_eq!(open(&nearly), [("Disk", Tone::Warn)]);
        let fault = Some(Fault { number: 7, kind: FaultKind::Seal });
        let audit = Some(AuditState { fault, ..AuditState::default() });
        assert_eq!(open(&SystemState { audit, ..state() }), [("Audit log", Tone::Bad)]);
        let audit = Some(AuditState { to: 1_234, at: state().now, ..AuditState::default() });
        let told =
            lines(Text::new(Lang::En), &SystemState { audit, ..state() }, &ZoneOffsets::default());
        assert!(
            told.iter().any(|line| line.more.iter().any(|more| more.ends_with("(line 1,234)")))
        );
        let unknown = SystemState { disk: None, ..state() };
        assert_eq!(open(&unknown), []);
    }
}
