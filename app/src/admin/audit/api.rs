//! Server function of the audit log.

use crate::error::AppError;
use domain::{
    audit::{AuditLine, AuditState},
    page::Page,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, pairs, respond, zone};
#[cfg(feature = "ssr")]
use domain::{
    audit::{AuditRequest, LineValues},
    lang::Lang,
    page::PAGE_ROWS,
    pipeline::Pipeline,
    policy::Object,
    time::{Instant, ZoneOffsets},
};

/// A page of the audit log, and whether the log holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditScreen {
    /// The lines.
    pub page: Page<AuditLine>,
    /// What was found when the log was looked at last.
    pub state: AuditState,
}

/// The request in the query of the page's address.
#[must_use]
#[cfg(feature = "ssr")]
pub(super) fn request(query: &str) -> AuditRequest {
    let pairs = pairs(query);
    AuditRequest::from_query(|key| pairs.get_str(key))
}

/// The moments that the days of a request begin and end at.
#[cfg(feature = "ssr")]
pub(super) fn bounds(
    request: &AuditRequest,
    zone: &ZoneOffsets,
) -> (Option<Instant>, Option<Instant>) {
    let after = |date: domain::date::Date| domain::date::Date::from_days(date.days() + 1);
    (
        request.from.map(|from| zone.start_of(from)),
        request.until.map(|until| zone.start_of(after(until))),
    )
}

/// Every stage that a line of the page names, by its id.
#[cfg(feature = "ssr")]
fn moves(page: &mut Page<AuditLine>) -> impl Iterator<Item = &mut String> {
    let deals = page.rows.iter_mut().filter(|line| line.object == Object::Opportunity);
    let fields = deals.filter_map(|line| match &mut line.values {
        LineValues::Shown(fields) => Some(fields),
        LineValues::Erased(_) | LineValues::Hidden => None,
    });
    let stages = fields.flatten().filter(|change| change.field == "stage");
    stages.flat_map(|change| [&mut change.before, &mut change.after])
}

/// Puts what stages are called in place of their ids.
#[cfg(feature = "ssr")]
fn name_stages(page: &mut Page<AuditLine>, pipelines: &[Pipeline], lang: Lang) {
    for value in moves(page) {
        let stage = value
            .parse()
            .ok()
            .and_then(|id| pipelines.iter().find_map(|pipeline| pipeline.stage(id)));
        if let Some(stage) = stage {
            stage.name.in_lang(lang).clone_into(value);
        }
    }
}

/// A page of the audit log; `query` is the query of the page's address.
#[server(input = GetUrl)]
pub async fn read_audit(query: String) -> Result<AuditScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let request = request(&query);
        let zone = zone(&caller).await?;
        let (from, until) = bounds(&request, &zone);
        let mut page = db.audit_page(&caller, &request, from, until, PAGE_ROWS).await?;
        if moves(&mut page).next().is_some() {
            let pipelines = db.pipelines(&caller).await?;
            name_stages(&mut page, &pipelines, caller.lang);
        }
        Ok(AuditScreen { page, state: db.audit_state(&caller).await? })
    };
    respond(answer.await)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::time::{DAY, HOUR};

    #[test]
    fn days_are_those_of_the_organisation_and_the_last_counts_whole() {
        let zone =
            ZoneOffsets { name: "Asia/Shanghai".to_owned(), changes: vec![(Instant(0), 480)] };
        let request = request("from=2026-11-01&until=2026-11-01&event=signed_in");
        let (from, until) = bounds(&request, &zone);
        let (from, until) = (from.unwrap(), until.unwrap());
        assert_eq!(until.0 - from.0, DAY);
        assert_eq!(from.0.rem_euclid(DAY), 16 * HOUR, "midnight in Shanghai is 16:00 UTC");
        assert_eq!(bounds(&AuditRequest::default(), &zone), (None, None));
    }
}
