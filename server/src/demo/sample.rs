//! The sample an organisation may start with: a few invented customers in the hands of whoever set
//! it up, all under one tag, so that the list finds and deletes them together.

use super::Plan;
use crate::complaint::Complaint;
use domain::{lang::Lang, policy::Caller};
use store::Db;

/// Which customers are invented; always the same.
const SEED: u64 = 1;

/// Adds `customers` invented customers, owned by the caller.
///
/// # Errors
/// When the caller may not import, or the database does not answer.
pub async fn sample(db: &Db, caller: &Caller, customers: u64) -> Result<(), Complaint> {
    let tag = match caller.lang {
        Lang::En => "Sample",
        Lang::Zh => "样例",
    };
    let plan = Plan { seed: SEED, customers, today: caller.now };
    let mut batch = plan
        .batch(0, &[caller.user])
        .await
        .map_err(|_| Complaint::new("inventing customers was cut short"))?;
    for account in batch.iter_mut().flat_map(|load| &mut load.accounts) {
        account.tags.push(tag.to_owned());
    }
    store::retry(|| db.load_customers(caller, &batch)).await?;
    Ok(())
}
