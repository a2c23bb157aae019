//! Server function of the audit log.

use crate::error::AppError;
use domain::{
    audit::{AuditLine, AuditState},
    page::Page,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond, services};
#[cfg(feature = "ssr")]
use domain::{
    audit::AuditRequest,
    page::PAGE_ROWS,
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
    let url = leptos_router::location::RequestUrl::new(&format!("/?{query}")).parse();
    let pairs = url.map(|url| url.search_params().clone()).unwrap_or_default();
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

/// A page of the audit log; `query` is the query of the page's address.
#[server(input = GetUrl)]
pub async fn read_audit(query: String) -> Result<AuditScreen, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let services = services()?;
        let request = request(&query);
        let organisation = db.organisation(&caller).await?;
        let zone = (services.zone)(&organisation.time_zone).unwrap_or_default();
        let (from, until) = bounds(&request, &zone);
        let page = db.audit_page(&caller, &request, from, until, PAGE_ROWS).await?;
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
