//! Records shared with a colleague or a team. Owns every statement on `record_share`; every request asks for what is
//! shared with whoever makes it, so all shares are kept here as they were read last.

mod kept;
mod listed;
mod merged;

pub(crate) use kept::{begin_change, keep, most_given};
pub(crate) use merged::{MovedShares, give_back, take_over};

use crate::{
    audit::{self, Line},
    db::{Connection, Db, Tx, on_connection, on_read, on_tx},
    error::{Result, StoreError},
    rows::new_id,
    within::{self, Known},
};
use domain::{
    audit::{Event, FieldChange},
    date::Date,
    failure::Failure,
    field::FieldError,
    id::{AccountId, AccountNumber, PersonId, ShareId, TeamId, UserId, Version},
    merge::MergeKind,
    note::Subject,
    pinyin,
    policy::{self, Action, Caller, Grant, Object, ShareSeen, Shared},
    share::{
        MOST_OF_ONE, MOST_WITH_ONE, RecordRights, Share, ShareDraft, ShareEnd, ShareLevel,
        ShareWith, SharesOf, TeamChoice,
    },
    time::{DAY, Instant},
};
use sqlx_macros::FromRow;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// A share as it is kept in memory.
#[derive(Clone, Copy, Debug)]
struct Kept {
    record: Subject,
    level: ShareLevel,
    until: Option<Instant>,
}

/// Every share, by whom it is with. Those that have ended are told apart when they are asked for: time goes on while
/// they are kept.
#[derive(Debug, Default)]
struct AllShares(HashMap<ShareWith, Vec<Kept>>);

/// The shares read last with the version they were read at, for all requests of this process.
#[derive(Debug, Default)]
pub(crate) struct SharesAtHand(Mutex<Option<(i64, Arc<AllShares>)>>);

/// A subquery with the version of the shares, for [`Db::standing`].
macro_rules! shares_version {
    () => {
        "(SELECT shares FROM structure WHERE id = 1) AS shares_version"
    };
}
pub(crate) use shares_version;

const COLUMNS: &str = "SELECT s.id, s.account_id, s.person_id, s.user_id, s.team_id, s.level, s.until_at, s.until_day, \
     s.created_at, s.created_by";
const EVERY: &str = const_format::concatcp!(COLUMNS, " FROM record_share s");

#[derive(FromRow)]
struct Row {
    id: ShareId,
    account_id: Option<AccountId>,
    person_id: Option<PersonId>,
    user_id: Option<UserId>,
    team_id: Option<TeamId>,
    level: String,
    until_at: Option<Instant>,
    until_day: Option<String>,
    created_at: Instant,
    created_by: UserId,
}

impl Row {
    fn record(&self) -> Result<Subject> {
        let account = self.account_id.map(Subject::Account);
        let record = account.or(self.person_id.map(Subject::Person));
        record.ok_or(StoreError::Unreadable("record_share"))
    }

    fn with(&self) -> Result<ShareWith> {
        let user = self.user_id.map(ShareWith::User);
        user.or(self.team_id.map(ShareWith::Team)).ok_or(StoreError::Unreadable("record_share"))
    }

    fn level(&self) -> Result<ShareLevel> {
        ShareLevel::parse(&self.level).map_err(|_| StoreError::Unreadable("record_share.level"))
    }

    fn end(&self) -> Result<Option<ShareEnd>> {
        let (Some(at), Some(day)) = (self.until_at, &self.until_day) else { return Ok(None) };
        let unreadable = |_| StoreError::Unreadable("record_share.until_day");
        Ok(Some(ShareEnd { day: Date::parse(day).map_err(unreadable)?, at }))
    }

    fn share(&self, name: String) -> Result<Share> {
        Ok(Share {
            id: self.id,
            with: self.with()?,
            name,
            level: self.level()?,
            end: self.end()?,
            by: self.created_by,
            at: self.created_at,
        })
    }

    fn seen(&self, through: Option<AccountNumber>) -> Result<ShareSeen> {
        Ok(ShareSeen { with: self.with()?, level: self.level()?, end: self.end()?, through })
    }
}

impl Db {
    async fn shares_at(&self, version: i64) -> Result<Arc<AllShares>> {
        let kept = &self.at_hand().shares.0;
        if let Some((known, shares)) = &*kept.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == version
        {
            return Ok(Arc::clone(shares));
        }
        let rows: Vec<Row> = on_read!(self, |pool| sqlx::query_as(EVERY).fetch_all(pool).await)?;
        let mut all = AllShares::default();
        for row in rows {
            let share = Kept { record: row.record()?, level: row.level()?, until: row.until_at };
            all.0.entry(row.with()?).or_default().push(share);
        }
        let all = Arc::new(all);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&all)));
        Ok(all)
    }

    /// What is shared with a user of these teams at `now`, when the shares are at `version`.
    pub(crate) async fn shared_with(
        &self,
        user: UserId,
        teams: &[TeamId],
        version: i64,
        now: Instant,
    ) -> Result<Shared> {
        let all = self.shares_at(version).await?;
        let ways = teams.iter().map(|team| ShareWith::Team(*team)).chain([ShareWith::User(user)]);
        let shares: Vec<(Subject, ShareLevel)> = ways
            .filter_map(|with| all.0.get(&with))
            .flatten()
            .filter(|share| share.until.is_none_or(|until| until > now))
            .map(|share| (share.record, share.level))
            .collect();
        Ok(Shared::new(&shares))
    }
}

const OF_RECORD: &str = const_format::concatcp!(
    EVERY,
    " WHERE (s.account_id = $1 OR s.person_id = $1) AND (s.until_at IS NULL OR s.until_at > $2) ORDER BY s.id"
);
const OF_CUSTOMERS: &str = const_format::concatcp!(
    COLUMNS,
    ", a.number FROM record_share s JOIN account a ON a.id = s.account_id JOIN account_person ap ON ap.account_id = a.id \
     WHERE ap.person_id = $1 AND a.deleted_at IS NULL AND (s.until_at IS NULL OR s.until_at > $2)"
);

#[derive(FromRow)]
struct OfCustomer {
    #[sqlx(flatten)]
    row: Row,
    number: AccountNumber,
}

/// The shares by which somebody may see a record: its own and, for a person, those of the person's customers.
pub(crate) async fn seen_by(
    mut held: Connection<'_>,
    record: Subject,
    now: Instant,
) -> Result<Vec<ShareSeen>> {
    let own: Vec<Row> = of_record(held.again(), record, now).await?;
    let through: Vec<OfCustomer> = match record {
        Subject::Account(_) | Subject::Opportunity(_) | Subject::Case(_) => Vec::new(),
        Subject::Person(id) => on_connection!(held, |connection| {
            sqlx::query_as(OF_CUSTOMERS).bind(id).bind(now).fetch_all(connection).await
        })?,
    };
    let through = through.iter().map(|share| share.row.seen(Some(share.number)));
    own.iter().map(|row| row.seen(None)).chain(through).collect()
}

async fn of_record(held: Connection<'_>, record: Subject, now: Instant) -> Result<Vec<Row>> {
    Ok(on_connection!(held, |connection| {
        sqlx::query_as(OF_RECORD).bind(record.id()).bind(now).fetch_all(connection).await
    })?)
}

/// The grant for `action` when it reaches a record without any share.
async fn reaching(
    held: Connection<'_>,
    known: &mut Known,
    caller: &Caller,
    action: Action,
    record: Subject,
    owner: Option<UserId>,
) -> Result<Option<Grant>> {
    let Ok(grant) = policy::check(caller, action, record.object()) else { return Ok(None) };
    let reaches = known.covers(held, &grant.scope().without_shares(), record, owner).await?;
    Ok(reaches.then_some(grant))
}

/// The most that somebody may give of a record by sharing it: whoever may put others in charge, or is in charge and
/// may change it. Nobody gives more than they have, and what one has by a share is not one's own to give.
async fn gives(
    mut held: Connection<'_>,
    known: &mut Known,
    caller: &Caller,
    record: Subject,
    owner: Option<UserId>,
) -> Result<Option<(Grant, ShareLevel)>> {
    if let Subject::Opportunity(_) | Subject::Case(_) = record {
        // Deals and cases are not shared.
        return Ok(None);
    }
    let assigns = reaching(held.again(), known, caller, Action::Assign, record, owner).await?;
    let edits = reaching(held.again(), known, caller, Action::Edit, record, owner).await?;
    let sees = reaching(held, known, caller, Action::View, record, owner).await?.is_some();
    Ok(match (assigns, edits) {
        (Some(grant), Some(_)) if sees => Some((grant, ShareLevel::Change)),
        (Some(grant), None) if sees => Some((grant, ShareLevel::See)),
        (None, Some(grant)) if owner == Some(caller.user) => Some((grant, ShareLevel::Change)),
        _ => None,
    })
}

const COUNT_OF_RECORD: &str = "SELECT COUNT(*) FROM record_share \
     WHERE (account_id = $1 OR person_id = $1) AND (until_at IS NULL OR until_at > $2)";

impl Db {
    /// What the caller may do with a record, and how many it is shared with.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that is not there, in the bin, or not for the caller.
    pub async fn record_rights(&self, caller: &Caller, record: Subject) -> Result<RecordRights> {
        let scope = policy::view(caller, record.object())?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, record).await?;
        let actions = [Action::Edit, Action::Assign, Action::Delete, Action::Reveal, Action::Merge];
        let mut known = Known::new(&scope, true);
        let mut may = actions.map(|_| false);
        for (may, action) in may.iter_mut().zip(actions) {
            // Whoever looks as somebody else is shown what they may.
            if let Ok(grant) = policy::look(caller, action, record.object()) {
                let scope = grant.scope();
                *may = known.covers(reading.connection(), &scope, record, owner).await?;
            }
        }
        let share = gives(reading.connection(), &mut known, caller, record, owner).await?;
        let shares: i64 = on_connection!(reading.connection(), |connection| {
            sqlx::query_scalar(COUNT_OF_RECORD)
                .bind(record.id())
                .bind(caller.now)
                .fetch_one(connection)
                .await
        })?;
        let [edit, assign, delete, reveal, merge] = may;
        let merge = merge && MergeKind::of(record).is_some();
        let share = share.map(|(_, level)| level);
        Ok(RecordRights { edit, assign, delete, reveal, merge, share, shares })
    }
}

const USER_NAMES: &str = "SELECT id, name, disabled FROM \"user\"";
const TEAM_NAMES: &str = "SELECT id, name FROM team";

/// Names of everybody and of every team.
struct Names {
    users: Vec<(UserId, String, bool)>,
    teams: Vec<(TeamId, String)>,
}

impl Names {
    async fn read(held: Connection<'_>) -> Result<Self> {
        let (users, mut teams): (_, Vec<(TeamId, String)>) = on_connection!(held, |connection| {
            (
                sqlx::query_as(USER_NAMES).fetch_all(&mut *connection).await?,
                sqlx::query_as(TEAM_NAMES).fetch_all(&mut *connection).await?,
            )
        });
        teams.sort_by_cached_key(|(id, name)| (pinyin::sort_key(name), id.0));
        Ok(Self { users, teams })
    }

    fn of(&self, with: ShareWith) -> Option<&str> {
        match with {
            ShareWith::User(id) => self.users.iter().find(|user| user.0 == id).map(|user| &*user.1),
            ShareWith::Team(id) => self.teams.iter().find(|team| team.0 == id).map(|team| &*team.1),
        }
    }

    /// Whether something can be shared with them now.
    fn may_get(&self, with: ShareWith) -> bool {
        match with {
            ShareWith::User(id) => self.users.iter().any(|user| user.0 == id && !user.2),
            ShareWith::Team(_) => self.of(with).is_some(),
        }
    }

    /// The share as the trail keeps it: a colleague by the id, a team by its name.
    fn in_trail(&self, with: ShareWith) -> (&'static str, String) {
        match with {
            ShareWith::User(id) => ("share.user", id.to_string()),
            ShareWith::Team(_) => ("share.team", self.of(with).unwrap_or_default().to_owned()),
        }
    }
}

impl Db {
    /// Whom a record is shared with; for whoever may share it also with whom it may be.
    ///
    /// # Errors
    /// [`Failure::Denied`]; [`Failure::Gone`] for one that is not there, in the bin, or not for the caller.
    pub async fn shares_of(&self, caller: &Caller, record: Subject) -> Result<SharesOf> {
        let scope = policy::view(caller, record.object())?;
        let mut reading = self.reading().await?;
        let owner = within::must_cover(&mut reading, &scope, record).await?;
        let rows = of_record(reading.connection(), record, caller.now).await?;
        let gives =
            gives(reading.connection(), &mut Known::default(), caller, record, owner).await?;
        let names = Names::read(reading.connection()).await?;
        let named = |row: &Row| row.share(names.of(row.with()?).unwrap_or_default().to_owned());
        let shares = rows.iter().map(named).collect::<Result<_>>()?;
        let Some((_, level)) = gives else { return Ok(SharesOf { shares, ..SharesOf::default() }) };
        let others = names
            .users
            .iter()
            .filter(|(id, _, disabled)| !disabled && Some(*id) != owner && *id != caller.user);
        let users = others.map(|(id, ..)| *id).collect();
        let teams = names.teams.iter().map(|(id, name)| TeamChoice { id: *id, name: name.clone() });
        Ok(SharesOf { shares, gives: Some(level), teams: teams.collect(), users })
    }
}

const TOUCH: &str = "UPDATE structure SET shares = shares + 1 WHERE id = 1";
const VERSION_OF: &str =
    "SELECT version FROM account WHERE id = $1 UNION ALL SELECT version FROM person WHERE id = $1";
const TAKE: &str = "DELETE FROM record_share WHERE (account_id = $1 OR person_id = $1) AND (user_id = $2 OR team_id = $2) \
     RETURNING level, until_at, until_day";
const PUT: &str = "INSERT INTO record_share (id, account_id, person_id, user_id, team_id, level, until_at, until_day, \
     created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const COUNT_WITH: &str = "SELECT COUNT(*) FROM record_share \
     WHERE (user_id = $1 OR team_id = $1) AND (until_at IS NULL OR until_at > $2)";

/// Begins a change of shares: no other one is under way, and every request after it reads them again.
async fn begin(db: &Db) -> Result<Tx> {
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, |connection| sqlx::query(TOUCH).execute(connection).await.map(drop))?;
    Ok(tx)
}

async fn count(tx: &mut Tx, statement: &'static str, id: Uuid, now: Instant) -> Result<usize> {
    let number: i64 = on_tx!(tx, |connection| {
        sqlx::query_scalar(statement).bind(id).bind(now).fetch_one(connection).await
    })?;
    Ok(usize::try_from(number).unwrap_or(0))
}

async fn version_of(tx: &mut Tx, record: Subject) -> Result<Version> {
    let version: Option<Version> = on_tx!(tx, |connection| {
        sqlx::query_scalar(VERSION_OF).bind(record.id()).fetch_optional(connection).await
    })?;
    Ok(version.ok_or(Failure::Gone)?)
}

fn change(field: &str, before: &str, after: &str) -> FieldChange {
    let (before, after) = (before.to_owned(), after.to_owned());
    FieldChange { field: field.to_owned(), before, after }
}

impl Db {
    /// Shares a record, or changes what a share gives and when it ends. Whoever it is with sees it from the next
    /// request on.
    ///
    /// # Errors
    /// [`Failure::Denied`] for whoever may not give that much; [`Failure::Gone`]; complaints about `with` and `until`.
    pub async fn share_record(
        &self,
        caller: &Caller,
        record: Subject,
        draft: &ShareDraft,
    ) -> Result<()> {
        let scope = policy::view(caller, record.object())?;
        let mut tx = begin(self).await?;
        let owner = there(&mut tx, &scope, record).await?;
        let denied = |action| Failure::Denied { action, object: record.object() };
        let given = gives(tx.connection(), &mut Known::default(), caller, record, owner).await?;
        let (grant, most) = given.ok_or(denied(Action::Assign))?;
        if draft.level > most {
            return Err(denied(Action::Edit).into());
        }
        let names = Names::read(tx.connection()).await?;
        let is_owner = owner.is_some_and(|owner| draft.with == ShareWith::User(owner));
        if is_owner || !names.may_get(draft.with) {
            return Err(StoreError::field("with", FieldError::UnknownOption));
        }
        if draft.end.is_some_and(|end| end.at <= caller.now) {
            return Err(StoreError::field("until", FieldError::Past));
        }
        let before = take(&mut tx, record, draft.with).await?;
        let before = before.filter(|(_, at, _)| at.is_none_or(|at| at > caller.now));
        if before.is_none() {
            let with = with_id(draft.with);
            for (statement, id, max) in
                [(COUNT_OF_RECORD, record.id(), MOST_OF_ONE), (COUNT_WITH, with, MOST_WITH_ONE)]
            {
                if count(&mut tx, statement, id, caller.now).await? >= max {
                    return Err(StoreError::field("with", FieldError::TooMany { max }));
                }
            }
        }
        put(&mut tx, record, draft, &grant).await?;
        let day = draft.end.map(|end| end.day.to_string()).unwrap_or_default();
        let (level_before, _, day_before) = before.unwrap_or_default();
        let day_before = day_before.unwrap_or_default();
        if level_before == draft.level.code() && day_before == day {
            return Ok(());
        }
        let (field, with) = names.in_trail(draft.with);
        let ends = !(day_before.is_empty() && day.is_empty());
        let until = ends.then(|| change("share.until", &day_before, &day));
        let level = change("share.level", &level_before, draft.level.code());
        let fields: Vec<FieldChange> =
            [change(field, "", &with), level].into_iter().chain(until).collect();
        let version = version_of(&mut tx, record).await?;
        audit::append(&mut tx, &grant, record.id(), Event::Shared, version, &fields).await?;
        tx.commit().await
    }
}

/// Whoever is in charge of a record that is there and that the caller sees.
async fn there(tx: &mut Tx, scope: &policy::Scope, record: Subject) -> Result<Option<UserId>> {
    let found = within::owner(tx.connection(), record).await?;
    let Some((owner, false)) = found else { return Err(Failure::Gone.into()) };
    if within::covers(tx.connection(), scope, record, owner).await? {
        Ok(owner)
    } else {
        Err(Failure::Gone.into())
    }
}

fn with_id(with: ShareWith) -> Uuid {
    match with {
        ShareWith::User(id) => id.0,
        ShareWith::Team(id) => id.0,
    }
}

/// Takes a share away; answers level, end and last day of what was there.
async fn take(
    tx: &mut Tx,
    record: Subject,
    with: ShareWith,
) -> Result<Option<(String, Option<Instant>, Option<String>)>> {
    Ok(on_tx!(tx, |connection| {
        sqlx::query_as(TAKE).bind(record.id()).bind(with_id(with)).fetch_optional(connection).await
    })?)
}

async fn put(tx: &mut Tx, record: Subject, draft: &ShareDraft, grant: &Grant) -> Result<()> {
    let (account, person) = match record {
        Subject::Account(id) => (Some(id), None),
        Subject::Person(id) => (None, Some(id)),
        Subject::Opportunity(_) | Subject::Case(_) => return Err(Failure::Gone.into()),
    };
    let (user, team) = match draft.with {
        ShareWith::User(id) => (Some(id), None),
        ShareWith::Team(id) => (None, Some(id)),
    };
    Ok(on_tx!(tx, |connection| {
        sqlx::query(PUT)
            .bind(ShareId(new_id()))
            .bind(account)
            .bind(person)
            .bind(user)
            .bind(team)
            .bind(draft.level.code())
            .bind(draft.end.map(|end| end.at))
            .bind(draft.end.map(|end| end.day.to_string()))
            .bind(grant.now())
            .bind(grant.user())
            .execute(connection)
            .await
            .map(drop)
    })?)
}

const ONE: &str = const_format::concatcp!(EVERY, " WHERE s.id = $1");
const DELETE: &str = "DELETE FROM record_share WHERE id = $1";

impl Db {
    /// Takes a share back: whoever may share the record, or an administrator.
    ///
    /// # Errors
    /// [`Failure::Denied`], or [`Failure::Gone`] for one that is not there or whose record the caller does not see.
    pub async fn unshare(&self, caller: &Caller, id: ShareId) -> Result<()> {
        let mut tx = begin(self).await?;
        let row: Option<Row> = on_tx!(&mut tx, |connection| {
            sqlx::query_as(ONE).bind(id).fetch_optional(connection).await
        })?;
        let row = row.ok_or(Failure::Gone)?;
        let record = row.record()?;
        let grant = match policy::check(caller, Action::Administer, Object::User) {
            Ok(grant) => grant,
            Err(_) => {
                let scope = policy::view(caller, record.object()).map_err(|_| Failure::Gone)?;
                let owner = there(&mut tx, &scope, record).await?;
                let object = record.object();
                let denied = Failure::Denied { action: Action::Assign, object };
                gives(tx.connection(), &mut Known::default(), caller, record, owner)
                    .await?
                    .ok_or(denied)?
                    .0
            }
        };
        on_tx!(&mut tx, |connection| {
            sqlx::query(DELETE).bind(id).execute(connection).await.map(drop)
        })?;
        let names = Names::read(tx.connection()).await?;
        let (field, with) = names.in_trail(row.with()?);
        let version = version_of(&mut tx, record).await?;
        let fields = vec![change(field, &with, ""), change("share.level", &row.level, "")];
        let line = Line { object_id: record.id(), event: Event::Unshared, version, fields };
        audit::append_about(&mut tx, &grant, record.object(), &[line])?;
        tx.commit().await
    }
}

const FORGET: &str = "DELETE FROM record_share WHERE until_at < $1";

impl Db {
    /// Removes shares that ended more than a day ago; answers how many. They have counted for nothing since.
    ///
    /// # Errors
    /// [`Failure::Denied`].
    pub async fn forget_shares(&self, caller: &Caller) -> Result<u64> {
        policy::check(caller, Action::Administer, Object::System)?;
        let mut tx = self.begin().await?;
        let before = caller.now.plus(-DAY);
        let gone = on_tx!(&mut tx, |connection| {
            sqlx::query(FORGET).bind(before).execute(connection).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(gone)
    }
}
