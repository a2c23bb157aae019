//! Server function of dashboards: caller, parse, one store call.

use crate::error::AppError;
use domain::dashboard::Dashboard;
use leptos::{prelude::*, server_fn::codec::GetUrl};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, pairs, respond, zone};
#[cfg(feature = "ssr")]
use domain::dashboard::DashboardRequest;

/// Every figure of a dashboard; `query` is the query of its URL.
#[server(input = GetUrl)]
pub async fn open_dashboard(query: String) -> Result<Dashboard, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let pairs = pairs(&query);
        let request = DashboardRequest::from_query(|key| pairs.get_str(key));
        let zone = zone(&caller).await?;
        let house = db.organisation(&caller).await?.currency;
        Ok(db.dashboard(&caller, &zone, house, &request).await?)
    };
    respond(answer.await)
}
