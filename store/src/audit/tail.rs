//! The end of the audit log, read on as it grows: what open browsers are told of. Lines are numbered without a gap in
//! the order of their commits, so whoever goes on from the last number misses nothing and hears nothing twice.

use crate::{
    db::{Db, on_read},
    error::Result,
    feed::News,
};
use domain::{
    audit::Event,
    id::Version,
    live::{FOLLOWED, Notice},
    policy::Object,
};
use sqlx_macros::FromRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Lines that are looked at one by one; when there are more, only kinds are told.
const MOST_LINES: usize = 100;
/// Records of a kind that are told one by one.
const MOST_OF_KIND: usize = 20;

const END: &str = "SELECT number FROM audit_head WHERE id = 1";
/// Goes on to one line more than [`MOST_LINES`].
const SINCE: &str = "SELECT l.number, l.object, l.object_id, l.event, l.version, \
     COALESCE(a.subject_id, s.account_id) AS subject_id, \
     CASE WHEN s.account_id IS NULL THEN a.subject_kind ELSE 'account' END AS subject_kind \
     FROM audit_log l LEFT JOIN activity a ON l.object = 'activity' AND a.id = l.object_id \
     LEFT JOIN sales_order s ON l.object = 'order' AND s.id = l.object_id \
     WHERE l.number > $1 ORDER BY l.number LIMIT 101";
const KINDS: &str =
    "SELECT DISTINCT object, event FROM audit_log WHERE number > $1 AND number <= $2";

#[derive(FromRow)]
struct Row {
    number: i64,
    object: String,
    object_id: Uuid,
    event: String,
    version: Version,
    subject_id: Option<Uuid>,
    subject_kind: Option<String>,
}

/// The number of the last line; 0 when there is none.
pub(crate) async fn end(db: &Db) -> Result<i64> {
    let end: Option<i64> = on_read!(db, |pool| sqlx::query_scalar(END).fetch_optional(pool).await)?;
    Ok(end.unwrap_or(0))
}

/// What is told of the lines behind `number`, and the number of the last of them.
pub(crate) async fn news_since(db: &Db, number: i64) -> Result<(i64, Vec<News>)> {
    let rows: Vec<Row> =
        on_read!(db, |pool| sqlx::query_as(SINCE).bind(number).fetch_all(pool).await)?;
    if rows.len() > MOST_LINES {
        let end = end(db).await?;
        return Ok((end, kinds_between(db, number, end).await?));
    }
    let last = rows.last().map_or(number, |row| row.number);
    Ok((last, told(&rows)))
}

/// The kinds that lines behind `after` are about, up to the line `end`.
pub(crate) async fn kinds_between(db: &Db, after: i64, end: i64) -> Result<Vec<News>> {
    let lines: Vec<(String, String)> =
        on_read!(db, |pool| sqlx::query_as(KINDS).bind(after).bind(end).fetch_all(pool).await)?;
    Ok(once(lines.iter().flat_map(|(object, event)| kinds(object, event))))
}

/// What kinds of records lines behind `after`, up to the line `end`, say changes of; nothing for a kind that is not known.
/// Signing in and the like changes no record.
pub(crate) async fn objects_changed(db: &Db, after: i64, end: i64) -> Result<Vec<Option<Object>>> {
    let lines: Vec<(String, String)> =
        on_read!(db, |pool| sqlx::query_as(KINDS).bind(after).bind(end).fetch_all(pool).await)?;
    let changes =
        |event| !Event::from_code(event).is_some_and(|e| e.is_of_reading() || leaves_rights(e));
    let changed = lines.iter().filter(|(_, event)| changes(event));
    Ok(changed.map(|(object, _)| Object::from_code(object)).collect())
}

/// Each of these once.
fn once(all: impl IntoIterator<Item = News>) -> Vec<News> {
    let mut news = Vec::new();
    for one in all {
        if !news.contains(&one) {
            news.push(one);
        }
    }
    news
}

/// What a line says when it is not told which record it is about.
fn kinds(object: &str, event: &str) -> Vec<News> {
    match (Object::from_code(object), Event::from_code(event)) {
        (_, Some(event)) if event.is_of_reading() => Vec::new(),
        // It hangs on a record of any of them but a survey.
        (Some(Object::Activity), _) => {
            let kinds = FOLLOWED.into_iter().filter(|kind| *kind != Object::Survey);
            kinds.map(|kind| Notice::Kind(kind).into()).collect()
        }
        (Some(Object::Order), _) => vec![Notice::Kind(Object::Account).into()],
        (Some(object), _) if FOLLOWED.contains(&object) => vec![Notice::Kind(object).into()],
        (Some(Object::User), Some(event)) if !leaves_rights(event) => vec![News::Rights],
        (Some(Object::Structure), _) => vec![News::Rights],
        _ => Vec::new(),
    }
}

/// Whether everybody may as much after it as before, and nobody is signed out by it.
const fn leaves_rights(event: Event) -> bool {
    matches!(
        event,
        Event::SignedIn
            | Event::SignInFailed
            | Event::ProofFailed
            | Event::LinkMade
            | Event::PasskeyUsed
            | Event::PasskeyRenamed
            | Event::RecoveryCodeUsed
            | Event::RecoveryCodesMade
    )
}

fn told(rows: &[Row]) -> Vec<News> {
    let mut records = BTreeMap::<(usize, Uuid), (Object, Option<Version>)>::new();
    let mut news = Vec::new();
    for row in rows {
        let about = Object::from_code(&row.object);
        let subject = row.subject_kind.as_deref().and_then(Object::from_code).zip(row.subject_id);
        let (record, version) = match (about, subject) {
            // Its version says nothing about the record it hangs on, and one that is gone does not say which that was.
            (Some(Object::Activity | Object::Order), subject) => (subject, None),
            (Some(object), _) => (Some((object, row.object_id)), Some(row.version)),
            (None, _) => (None, None),
        };
        let place = record.and_then(|(object, _)| domain::live::place_of(object));
        match (record, place, Event::from_code(&row.event)) {
            (_, _, Some(event)) if event.is_of_reading() => {}
            (Some((object, id)), Some(place), _) => {
                // One that changed several times is told once, by its last version; a note among them leaves it open.
                let known = records.entry((place, id)).or_insert((object, version));
                known.1 = known.1.and(version);
            }
            _ => news.extend(kinds(&row.object, &row.event)),
        }
    }
    for object in FOLLOWED {
        let of_kind = records.iter().filter(|(_, (of, _))| *of == object);
        if of_kind.clone().count() > MOST_OF_KIND {
            news.push(Notice::Kind(object).into());
        } else {
            let each = of_kind.map(|((_, id), (object, version))| Notice::Record {
                object: *object,
                id: *id,
                version: *version,
            });
            news.extend(each.map(News::from));
        }
    }
    once(news)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(object: &str, id: u128, event: Event, version: i64) -> Row {
        Row {
            number: 1,
            object: object.to_owned(),
            object_id: Uuid::from_u128(id),
            event: event.code().to_owned(),
            version: Version(version),
            subject_id: None,
            subject_kind: None,
        }
    }

    fn note(on: &str, id: u128) -> Row {
        let subject = (Some(Uuid::from_u128(id)), Some(on.to_owned()));
        let (subject_id, subject_kind) = subject;
        Row { subject_id, subject_kind, ..row("activity", 99, Event::Created, 1) }
    }

    fn texts(rows: &[Row]) -> Vec<String> {
        let text = |news: News| match news {
            News::Change(notice) => {
                notice.to_string().replace("00000000-0000-0000-0000-00000000000", "")
            }
            News::Rights => "rights".to_owned(),
        };
        told(rows).into_iter().map(text).collect()
    }

    #[test]
    fn a_record_is_told_once_by_its_last_version_and_a_note_by_what_it_hangs_on() {
        let changed = Event::Changed;
        let rows =
            [row("account", 1, changed, 4), row("account", 1, changed, 5), note("person", 2)];
        assert_eq!(texts(&rows), ["account 1 5", "person 2"]);
        let rows = [row("account", 1, changed, 4), note("account", 1)];
        assert_eq!(texts(&rows), ["account 1"]);
        // A note that is gone for good may have been on a record of any kind.
        let any = ["account", "person", "opportunity", "activity", "case"];
        assert_eq!(texts(&[row("activity", 3, Event::Purged, 1)]), any);
        assert_eq!(texts(&[note("opportunity", 4)]), ["opportunity 4"]);
        assert_eq!(texts(&[note("case", 6)]), ["case 6"]);
        // An order is told by its customer.
        let order = |id| Row { object: "order".to_owned(), ..note("account", id) };
        assert_eq!(texts(&[order(5)]), ["account 5"]);
        assert_eq!(texts(&[row("order", 3, Event::Purged, 1)]), ["account"]);
    }

    #[test]
    fn many_of_a_kind_are_told_as_a_kind_and_what_was_only_read_is_not_told() {
        let many: Vec<Row> = (0..21).map(|id| row("opportunity", id, Event::Created, 1)).collect();
        assert_eq!(texts(&many), ["opportunity"]);
        assert_eq!(texts(&many[..20]).len(), 20);
        assert!(texts(&[row("account", 1, Event::Exported, 1)]).is_empty());
        assert!(texts(&[row("product", 1, Event::Changed, 2)]).is_empty());
    }

    #[test]
    fn what_changes_rights_is_told_apart_from_signing_in() {
        assert_eq!(texts(&[row("user", 1, Event::Changed, 2)]), ["rights"]);
        assert_eq!(texts(&[row("user", 1, Event::SignedOut, 2)]), ["rights"]);
        assert_eq!(texts(&[row("structure", 1, Event::Deleted, 2)]), ["rights"]);
        assert!(texts(&[row("user", 1, Event::SignedIn, 2)]).is_empty());
    }
}
