//! Handing over what somebody is in charge of. Goes on in small transactions, so that nobody waits long; what was
//! interrupted is done by asking again, because what went over already is no longer theirs.

use crate::{
    activities,
    audit::{self, Line},
    db::{Db, on_read, on_tx, retry},
    error::{Result, StoreError},
};
use const_format::concatcp;
use domain::{
    audit::{Event, FieldChange},
    failure::Failure,
    field::FieldError,
    handover::{HANDED_AT_ONCE, Handed, Holdings},
    id::{UserId, Version},
    policy::{self, Action, Caller, Grant, Object, Rows},
};
use sqlx_macros::FromRow;
use uuid::Uuid;

/// Records of one transaction.
const ROWS: i64 = 500;

const THERE: &str = "SELECT COUNT(*) FROM \"user\" WHERE id = $1";
const HOLDINGS: &str = "SELECT \
     (SELECT COUNT(*) FROM account WHERE owner_id = $1 AND deleted_at IS NULL) AS accounts, \
     (SELECT COUNT(*) FROM person WHERE owner_id = $1 AND deleted_at IS NULL) AS people, \
     (SELECT COUNT(*) FROM opportunity WHERE owner_id = $1 AND deleted_at IS NULL) AS opportunities, \
     (SELECT COUNT(*) FROM feedback_case WHERE owner_id = $1 AND deleted_at IS NULL) AS cases, \
     (SELECT COUNT(*) FROM activity WHERE owner_id = $1 AND is_open AND deleted_at IS NULL) AS activities, \
     (SELECT COUNT(*) FROM record_share WHERE user_id = $1 AND (until_at IS NULL OR until_at > $2)) AS shares, \
     (SELECT COUNT(*) FROM import_job WHERE created_by = $1 AND state IN ('uploaded', 'running')) AS imports";

#[derive(FromRow)]
struct Counted {
    accounts: i64,
    people: i64,
    opportunities: i64,
    cases: i64,
    activities: i64,
    shares: i64,
    imports: i64,
}

/// Ends with the table: takes some records from one owner to another.
const SET: &str = " SET owner_id = $2, version = version + 1, updated_at = $3, updated_by = $4 WHERE owner_id = $1 \
     AND deleted_at IS NULL AND id IN (SELECT id FROM ";
const SOME: &str =
    " WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY number LIMIT $5) RETURNING id, version";
const ACCOUNTS_OVER: &str = concatcp!("UPDATE account", SET, "account", SOME);
const PEOPLE_OVER: &str = concatcp!("UPDATE person", SET, "person", SOME);
const CASES_OVER: &str = concatcp!("UPDATE feedback_case", SET, "feedback_case", SOME);
const OPPORTUNITIES_OVER: &str = concatcp!("UPDATE opportunity", SET, "opportunity", SOME);

/// What goes over.
#[derive(Clone, Copy)]
enum What<'a> {
    /// Records of a kind, by their statement.
    Records(&'static str),
    /// What is planned, as far as whoever gets it sees what it is about. What is done stays with who did it.
    Planned(&'a Caller),
}

/// Whoever may get what is handed over.
const MAY_GET: &str = "SELECT COUNT(*) FROM \"user\" WHERE id = $1 AND NOT disabled";

impl Db {
    /// What hangs on a user.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::Gone`] for an unknown user.
    pub async fn holdings(&self, caller: &Caller, user: UserId) -> Result<Holdings> {
        policy::check(caller, Action::Administer, Object::User)?;
        let known: i64 =
            on_read!(self, |pool| sqlx::query_scalar(THERE).bind(user).fetch_one(pool).await)?;
        if known == 0 {
            return Err(Failure::Gone.into());
        }
        let counted: Counted = on_read!(self, |pool| {
            sqlx::query_as(HOLDINGS).bind(user).bind(caller.now).fetch_one(pool).await
        })?;
        let Counted { accounts, people, opportunities, cases, activities, shares, imports } =
            counted;
        Ok(Holdings { accounts, people, opportunities, cases, activities, shares, imports })
    }

    /// Puts `to`, or nobody, in charge of what `from` is in charge of: up to [`HANDED_AT_ONCE`] records, each with a
    /// line in its trail, and a line about the user for the whole. What is planned goes over as far as `to` sees what it is
    /// about.
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator, [`Failure::ConfirmIdentity`], [`Failure::Gone`], or a
    /// complaint about `to`.
    pub async fn hand_over(
        &self,
        caller: &Caller,
        from: UserId,
        to: Option<UserId>,
    ) -> Result<Handed> {
        let grant = policy::check_confirmed(caller, Action::Administer, Object::User)?;
        let records = [
            (policy::check(caller, Action::Assign, Object::Account)?, ACCOUNTS_OVER),
            (policy::check(caller, Action::Assign, Object::Person)?, PEOPLE_OVER),
            (policy::check(caller, Action::Assign, Object::Opportunity)?, OPPORTUNITIES_OVER),
            (policy::check(caller, Action::Assign, Object::Case)?, CASES_OVER),
        ];
        let planned = policy::check(caller, Action::Edit, Object::Activity)?;
        for record in records.iter().map(|(record, _)| record).chain([&planned]) {
            if *record.scope().rows() != Rows::All {
                return Err(record.refusal(true).into());
            }
        }
        let before = self.holdings(caller, from).await?;
        let mut moved = [0; 5];
        for (moved, (record, statement)) in moved.iter_mut().zip(&records) {
            let what = What::Records(statement);
            self.hand_kind_over(record, what, (from, to), moved).await?;
        }
        let mut unseen = 0;
        // What is planned waits for somebody: it stays where it is when nobody gets it.
        if let Some(to) = to {
            let theirs = self.in_place_of(caller, to).await?;
            let theirs =
                theirs.ok_or_else(|| StoreError::field("to", FieldError::UnknownOption))?;
            let [.., moved] = &mut moved;
            let what = What::Planned(&theirs);
            self.hand_kind_over(&planned, what, (from, Some(to)), moved).await?;
            unseen = (before.activities - *moved).max(0);
        }
        let [accounts, people, opportunities, cases, activities] = moved;
        if moved.iter().any(|moved| *moved > 0) {
            retry(|| self.note_handover(&grant, from, to, moved)).await?;
        }
        let left = (before.records() - accounts - people - opportunities - cases).max(0);
        Ok(Handed { accounts, people, opportunities, cases, activities, unseen, left })
    }

    /// All of one kind, as far as one call goes.
    async fn hand_kind_over(
        &self,
        grant: &Grant,
        what: What<'_>,
        (from, to): (UserId, Option<UserId>),
        moved: &mut i64,
    ) -> Result<()> {
        while *moved < HANDED_AT_ONCE {
            let some = retry(|| self.hand_some_over(grant, what, from, to)).await?;
            *moved += some;
            if some == 0 {
                break;
            }
        }
        Ok(())
    }

    /// One transaction of it; answers how many went over.
    async fn hand_some_over(
        &self,
        grant: &Grant,
        what: What<'_>,
        from: UserId,
        to: Option<UserId>,
    ) -> Result<i64> {
        let mut tx = self.begin().await?;
        if let Some(to) = to {
            let may_get: i64 = on_tx!(&mut tx, |connection| {
                sqlx::query_scalar(MAY_GET).bind(to).fetch_one(connection).await
            })?;
            if may_get == 0 || to == from {
                return Err(StoreError::field("to", FieldError::UnknownOption));
            }
        }
        let rows: Vec<(Uuid, Version)> = match what {
            What::Records(statement) => on_tx!(&mut tx, |connection| {
                sqlx::query_as(statement)
                    .bind(from)
                    .bind(to)
                    .bind(grant.now())
                    .bind(grant.user())
                    .bind(ROWS)
                    .fetch_all(connection)
                    .await
            })?,
            What::Planned(theirs) => {
                activities::hand_some_over(&mut tx, grant, from, theirs, ROWS).await?
            }
        };
        let owner = FieldChange {
            field: "owner".to_owned(),
            before: from.to_string(),
            after: to.map(|to| to.to_string()).unwrap_or_default(),
        };
        let line = |(object_id, version)| Line {
            object_id,
            event: Event::Changed,
            version,
            fields: vec![owner.clone()],
        };
        let number = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let lines: Vec<Line> = rows.into_iter().map(line).collect();
        audit::append_all(&mut tx, grant, &lines).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// The line about the user.
    async fn note_handover(
        &self,
        grant: &Grant,
        from: UserId,
        to: Option<UserId>,
        [accounts, people, opportunities, cases, activities]: [i64; 5],
    ) -> Result<()> {
        let field = |field: &str, after: String| FieldChange {
            field: field.to_owned(),
            before: String::new(),
            after,
        };
        let fields = [
            field("handed_to", to.map(|to| to.to_string()).unwrap_or_default()),
            field("handed_accounts", accounts.to_string()),
            field("handed_people", people.to_string()),
            field("handed_opportunities", opportunities.to_string()),
            field("handed_cases", cases.to_string()),
            field("handed_activities", activities.to_string()),
        ];
        let mut tx = self.begin().await?;
        audit::append(&mut tx, grant, from.0, Event::HandedOver, Version(0), &fields).await?;
        tx.commit().await
    }
}
