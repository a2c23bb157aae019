//! Records that something is about, by the name they have for whoever may see them.

use crate::{
    db::{Connection, on_connection},
    error::Result,
    within::{push_accounts, push_cases, push_ids, push_opportunities, push_people},
};
use domain::{
    id::{AccountNumber, CaseNumber, OpportunityNumber, PersonNumber},
    note::{RecordName, Subject},
    policy::{self, Caller, Object},
};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Those of `subjects` that the caller sees and that are not in the bin.
pub(crate) async fn seen(
    mut held: Connection<'_>,
    caller: &Caller,
    subjects: &[Subject],
) -> Result<HashMap<Subject, RecordName>> {
    let of = |object: Object| -> Vec<Uuid> {
        let ids = subjects.iter().filter(|subject| subject.object() == object);
        ids.map(|subject| subject.id()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let mut named = HashMap::new();
    for object in [Object::Account, Object::Person, Object::Opportunity, Object::Case] {
        let ids = of(object);
        if ids.is_empty() {
            continue;
        }
        let scope = policy::sight(caller, object);
        let rows: Vec<(Uuid, i64, String)> = on_connection!(held.again(), |connection| {
            let mut query = QueryBuilder::<Dialect>::new(match object {
                Object::Person => {
                    "SELECT p.id, p.number, p.full_name FROM person p WHERE p.deleted_at IS NULL AND p.id"
                }
                Object::Opportunity => {
                    "SELECT o.id, o.number, o.name FROM opportunity o WHERE o.deleted_at IS NULL AND o.id"
                }
                Object::Case => {
                    "SELECT c.id, c.number, c.subject FROM feedback_case c WHERE c.deleted_at IS NULL AND c.id"
                }
                _ => {
                    "SELECT a.id, a.number, a.name FROM account a WHERE a.deleted_at IS NULL AND a.id"
                }
            });
            push_ids(&mut query, ids.iter().copied());
            match object {
                Object::Person => push_people(&mut query, &scope),
                Object::Opportunity => push_opportunities(&mut query, &scope),
                Object::Case => push_cases(&mut query, &scope),
                _ => push_accounts(&mut query, &scope),
            }
            query.build_query_as().fetch_all(connection).await
        })?;
        for (id, number, name) in rows {
            let Some(subject) = Subject::of_code(object.code(), id) else { continue };
            let number = match subject {
                Subject::Account(_) => AccountNumber(number).to_string(),
                Subject::Person(_) => PersonNumber(number).to_string(),
                Subject::Opportunity(_) => OpportunityNumber(number).to_string(),
                Subject::Case(_) => CaseNumber(number).to_string(),
            };
            named.insert(subject, RecordName { subject, number, name });
        }
    }
    Ok(named)
}
