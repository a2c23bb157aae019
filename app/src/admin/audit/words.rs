//! What a line of the audit log says, in words.

use crate::{
    boot::Boot,
    i18n::{
        Text, format,
        words::{self, Values},
    },
};
use domain::{
    agent::Agent,
    audit::{AuditLine, Event, Fault, FaultKind, FieldChange, LineValues},
    id::UserId,
    import::ImportState,
    lang::Lang,
    money::Currency,
    policy::{Action, Detail, DetailRule, Object, Reach, Role},
};

/// Changed fields that are named before the rest is counted.
const NAMED: usize = 3;

/// Who did it.
pub(super) fn who(text: Text, boot: &Boot, user: UserId) -> String {
    let name = boot.colleague(Some(user));
    if !name.is_empty() {
        name
    } else if user == UserId::NIL {
        text.timeline_system().to_owned()
    } else {
        text.user_former().to_owned()
    }
}

/// What happened to what: "Changed: C-7 Acme".
pub(super) fn title(text: Text, line: &AuditLine) -> String {
    let event = words::event(text, line.event);
    match &line.record {
        Some(record) if record.number.is_empty() => text.audit_of(event, &record.name),
        Some(record) => text.audit_of(event, &format!("{} {}", record.number, record.name)),
        None => text.audit_of(event, words::object(text, line.object)),
    }
}

/// The page of the record, if it has one.
pub(super) fn href(line: &AuditLine) -> Option<String> {
    let number = &line.record.as_ref()?.number;
    let folder = match number.chars().next()? {
        'C' => "customers",
        'P' => "people",
        'D' => "deals",
        'O' => "orders",
        'F' => "feedback",
        'S' => "surveys",
        _ => "import",
    };
    Some(format!("/{folder}/{number}"))
}

/// What changed, in a line.
pub(super) fn summary(text: Text, boot: &Boot, line: &AuditLine) -> String {
    let fields = match &line.values {
        LineValues::Erased(by) => return text.audit_erased(&format::integer(*by)),
        LineValues::Hidden => return text.audit_hidden().to_owned(),
        LineValues::Shown(fields) => fields,
    };
    let label = |change: &FieldChange| label(text, line.object, &change.field);
    match &fields[..] {
        [] => String::new(),
        [change] => {
            let [before, after] = [&change.before, &change.after]
                .map(|raw| value(text, boot, line.object, &change.field, raw));
            match (before.is_empty(), after.is_empty()) {
                (true, _) => format!("{}: {after}", label(change)),
                (false, true) => format!("{}: {before} → —", label(change)),
                (false, false) => format!("{}: {before} → {after}", label(change)),
            }
        }
        // How many rows went out belongs to which they were.
        many if line.event == Event::Exported => {
            let told = many.iter().map(|change| format!("{}: {}", label(change), change.after));
            told.collect::<Vec<_>>().join(" · ")
        }
        many => {
            let mut names: Vec<String> = many.iter().take(NAMED).map(label).collect();
            if many.len() > NAMED {
                names.push(format!("+{}", many.len() - NAMED));
            }
            names.join(", ")
        }
    }
}

/// What changed: a field, a right of a role, or a detail that is open to it.
pub(super) fn label(text: Text, object: Object, field: &str) -> String {
    let mut parts = field.split('.');
    let of = parts.next().and_then(Object::from_code).filter(|_| object == Object::Structure);
    let about = match (parts.next(), parts.next()) {
        (Some(action), None) => {
            Action::from_code(action).map(|action| words::action_title(text, action))
        }
        (Some(detail), Some("access")) => {
            Detail::from_code(detail).map(|detail| words::detail(text, detail))
        }
        _ => None,
    };
    match (of, about) {
        (Some(of), Some(about)) => text.role_right(about, words::object_title(text, of)),
        _ if (object, field) == (Object::Structure, "reveal.reason") => {
            text.role_asks_reason().to_owned()
        }
        _ if (object, field) == (Object::Structure, "second_step") => {
            text.role_second_step().to_owned()
        }
        _ => words::field(text, object, field),
    }
}

/// From where: "on the web · 192.0.2.7".
pub(super) fn source(text: Text, line: &AuditLine) -> String {
    crate::customers::list::joined(&[words::origin(text, line.origin), &line.address])
}

/// The kind of browser, if it is known.
pub(super) fn browser(text: Text, line: &AuditLine) -> Option<String> {
    (!line.agent.is_empty())
        .then(|| crate::profile::device::kind(text, Agent::from_code(&line.agent)))
}

/// A stored value as people read it.
pub(super) fn value(text: Text, boot: &Boot, object: Object, field: &str, raw: &str) -> String {
    let known = match (object, field) {
        (Object::User, "roles") => {
            let roles = raw
                .split(", ")
                .map(|code| Role::from_code(code).map_or(code, |role| words::role(text, role)));
            Some(roles.collect::<Vec<_>>().join(", "))
        }
        (Object::Account | Object::Person, "detail") => Some(words::field(text, object, raw)),
        (Object::Structure, name) if name.ends_with(".access") => {
            DetailRule::from_code(raw).map(|rule| words::detail_rule(text, rule).to_owned())
        }
        (Object::User, "way") => text.by_code(&format!("choice.way.{raw}")).map(str::to_owned),
        (Object::User, "disabled")
        | (Object::Activity, "pinned")
        | (Object::Structure, "reveal.reason" | "second_step")
        | (Object::Organisation, "provider_on" | "provider_checks_second_step") => match raw {
            "true" => Some(text.audit_yes().to_owned()),
            "" => Some(text.audit_no().to_owned()),
            _ => None,
        },
        (Object::Structure, name) if name.contains('.') && label(text, object, name) != name => {
            Reach::from_code(raw).map(|reach| words::reach_title(text, reach).to_owned())
        }
        // Its currency is not that of the books, and the line does not say which one it is.
        (Object::Opportunity, "value") => Some(raw.to_owned()),
        (Object::Import, "state") if raw == "undoing" => Some(text.import_undoing().to_owned()),
        (Object::Import, "state") => {
            let state = ImportState::ALL.iter().find(|state| state.code() == raw);
            state.map(|state| words::import_state(text, *state).to_owned())
        }
        (Object::Organisation, "currency") => Currency::try_from(raw.to_owned())
            .ok()
            .map(|currency| words::currency(text, currency).to_owned()),
        (Object::Organisation | Object::User, "lang") => {
            Lang::from_tag(raw).map(|lang| words::language(lang).to_owned())
        }
        _ => None,
    };
    known.unwrap_or_else(|| {
        let values = Values::of(boot);
        values.show(text, field, raw)
    })
}

/// What is wrong with the log.
pub(crate) fn fault(text: Text, fault: Fault) -> String {
    let line = format::integer(fault.number);
    match fault.kind {
        FaultKind::Missing => text.audit_fault_missing(&line),
        FaultKind::Seal => text.audit_fault_seal(&line),
        FaultKind::Values => text.audit_fault_values(&line),
        FaultKind::Erased => text.audit_fault_erased(&line),
        FaultKind::End => text.audit_fault_end(&line),
        FaultKind::Lost => text.audit_fault_lost(&line),
        FaultKind::Replaced => text.audit_fault_replaced(&line),
        FaultKind::Anchor => text.audit_fault_anchor(&line),
        FaultKind::Key => text.audit_fault_key().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_words_of_its_own() {
        for lang in [Lang::En, Lang::Zh] {
            let text = Text::new(lang);
            let said: std::collections::BTreeSet<String> =
                FaultKind::ALL.map(|kind| fault(text, Fault { number: 1_234, kind })).into();
            assert_eq!(said.len(), FaultKind::ALL.len());
            assert!(said.iter().filter(|words| words.contains("1,234")).count() >= 8);
        }
    }
}
