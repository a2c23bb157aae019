//! Records within a scope: what every statement is told of the caller's rights, and whether one record is among them.
//! A contact person is within the scope of whoever is in charge of the person or of one of the person's customers.

use crate::{
    db::{Connection, Db, Reading, Tx, on_connection},
    error::Result,
    shares,
};
use domain::{
    failure::Failure,
    id::{AccountNumber, CaseId, PersonId, UserId},
    note::Subject,
    policy::{
        self, Action, Caller, Explanation, Few, Grant, Held, Object, Rows, Scope, ShareSeen, Sight,
    },
    user::User,
};
use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

/// Goes on with which of the customers of the person `p` are meant.
const CUSTOMER_OF: &str = "EXISTS (SELECT 1 FROM account_person wp JOIN account wa ON wa.id = wp.account_id \
     WHERE wp.person_id = p.id AND wa.deleted_at IS NULL AND ";

const ACCOUNT_OWNER: &str = "SELECT owner_id, deleted_at IS NOT NULL FROM account WHERE id = $1";
const PERSON_OWNER: &str = "SELECT owner_id, deleted_at IS NOT NULL FROM person WHERE id = $1";
const OPPORTUNITY_OWNER: &str =
    "SELECT owner_id, deleted_at IS NOT NULL FROM opportunity WHERE id = $1";
const CASE_OWNER: &str = "SELECT owner_id, deleted_at IS NOT NULL FROM feedback_case WHERE id = $1";
/// Goes on with which customers of the case `c` are meant.
const CUSTOMER_OF_CASE: &str =
    "EXISTS (SELECT 1 FROM account wa WHERE wa.id = c.account_id AND wa.deleted_at IS NULL AND ";
const CUSTOMER_OF_ONE_CASE: &str = "SELECT a.number, a.owner_id FROM feedback_case c JOIN account a ON a.id = c.account_id \
     WHERE c.id = $1 AND a.deleted_at IS NULL";
const CUSTOMERS_OF: &str = "SELECT a.number, a.owner_id FROM account_person ap JOIN account a ON a.id = ap.account_id \
     WHERE ap.person_id = $1 AND a.deleted_at IS NULL ORDER BY a.number";

/// Who is in charge of a record, and whether it is in the bin; `None` for one that is not there.
pub(crate) async fn owner(
    held: Connection<'_>,
    subject: Subject,
) -> Result<Option<(Option<UserId>, bool)>> {
    let statement = match subject {
        Subject::Account(_) => ACCOUNT_OWNER,
        Subject::Person(_) => PERSON_OWNER,
        Subject::Opportunity(_) => OPPORTUNITY_OWNER,
        Subject::Case(_) => CASE_OWNER,
    };
    Ok(on_connection!(held, |connection| {
        sqlx::query_as(statement).bind(subject.id()).fetch_optional(connection).await
    })?)
}

/// Whether a record that `owner` is in charge of is within the scope.
pub(crate) async fn covers(
    held: Connection<'_>,
    scope: &Scope,
    record: Subject,
    owner: Option<UserId>,
) -> Result<bool> {
    match record {
        Subject::Account(_) | Subject::Opportunity(_) => Ok(scope.covers(record, owner)),
        Subject::Person(id) => covers_person(held, scope, id, owner).await,
        Subject::Case(id) => covers_case(held, scope, id, owner).await,
    }
}

/// Whether one record is among rows that were asked about before: most rights of somebody reach the same ones, and a
/// contact person costs a question each.
#[derive(Default)]
pub(crate) struct Known(Vec<(Rows, bool)>);

impl Known {
    /// With what is known of one scope already.
    pub(crate) fn new(scope: &Scope, covered: bool) -> Self {
        Self(vec![(scope.rows().clone(), covered)])
    }

    /// As [`covers`], always of the same record.
    pub(crate) async fn covers(
        &mut self,
        held: Connection<'_>,
        scope: &Scope,
        record: Subject,
        owner: Option<UserId>,
    ) -> Result<bool> {
        if let Some((_, covered)) = self.0.iter().find(|(rows, _)| rows == scope.rows()) {
            return Ok(*covered);
        }
        let covered = covers(held, scope, record, owner).await?;
        self.0.push((scope.rows().clone(), covered));
        Ok(covered)
    }
}

/// Refuses a record outside of the scope, in the bin or not there.
pub(crate) async fn must_cover(
    reading: &mut Reading,
    scope: &Scope,
    subject: Subject,
) -> Result<Option<UserId>> {
    let found = owner(reading.connection(), subject).await?;
    let Some((owner, false)) = found else { return Err(Failure::Gone.into()) };
    if covers(reading.connection(), scope, subject, owner).await? {
        Ok(owner)
    } else {
        Err(Failure::Gone.into())
    }
}

impl Db {
    /// Who sees a record and who does not, with the reason; colleagues in the order of [`Db::users`].
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator; [`Failure::Gone`] for a record that is not there or in
    /// the bin.
    pub async fn who_sees(&self, caller: &Caller, subject: Subject) -> Result<Vec<Sight>> {
        policy::look(caller, Action::Administer, Object::User)?;
        let InCharge { owner, customers, shares } = self.in_charge(caller, subject).await?;
        let users = self.users(caller).await?;
        let structure = self.structure(caller).await?;
        let object = subject.object();
        let told = |user| policy::sight_of(user, &structure, object, owner, &customers, &shares);
        Ok(users.iter().map(told).collect())
    }

    /// What `user` may do with a record, each with the reason, and what of it is kept back from them.
    ///
    /// # Errors
    /// As [`Db::who_sees`]; [`Failure::Gone`] for an unknown user, too.
    pub async fn abilities(
        &self,
        caller: &Caller,
        user: UserId,
        subject: Subject,
    ) -> Result<Explanation> {
        policy::check(caller, Action::ViewAs, Object::User)?;
        let user = self.user(caller, user).await?.ok_or(Failure::Gone)?;
        self.abilities_of(caller, &user, subject).await
    }

    /// The same for the caller, if they held this role alone.
    ///
    /// # Errors
    /// As [`Db::who_sees`].
    pub async fn abilities_with(
        &self,
        caller: &Caller,
        role: Held,
        subject: Subject,
    ) -> Result<Explanation> {
        policy::check(caller, Action::ViewAs, Object::User)?;
        let user = self.user(caller, caller.user).await?.ok_or(Failure::Gone)?;
        self.abilities_of(caller, &User { roles: vec![role], ..user }, subject).await
    }

    async fn abilities_of(
        &self,
        caller: &Caller,
        user: &User,
        subject: Subject,
    ) -> Result<Explanation> {
        let InCharge { owner, customers, shares } = self.in_charge(caller, subject).await?;
        let structure = self.structure(caller).await?;
        let object = subject.object();
        let abilities = policy::abilities_of(user, &structure, object, owner, &customers, &shares);
        let sees = abilities.iter().any(|told| told.action == Action::View && told.may);
        let kept_back =
            if sees { policy::kept_back(user, &structure, object, owner) } else { Vec::new() };
        let demanding = self.second_step_roles(caller).await?;
        let vouched = self.provider_at_the_door().await?;
        let vouched = vouched.is_some_and(|stored| stored.provider.checks_second_step);
        let missing_step = policy::missing_step(user, &structure, &demanding, vouched);
        Ok(Explanation { abilities, kept_back, missing_step })
    }

    /// Whose a record is that the caller sees.
    async fn in_charge(&self, caller: &Caller, subject: Subject) -> Result<InCharge> {
        let scope = policy::view(caller, subject.object())?;
        let mut reading = self.reading().await?;
        let owner = must_cover(&mut reading, &scope, subject).await?;
        let customers = match subject {
            Subject::Account(_) | Subject::Opportunity(_) => Vec::new(),
            Subject::Person(id) => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(CUSTOMERS_OF).bind(id).fetch_all(connection).await
            })?,
            Subject::Case(id) => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(CUSTOMER_OF_ONE_CASE).bind(id).fetch_all(connection).await
            })?,
        };
        let shares = shares::seen_by(reading.connection(), subject, caller.now).await?;
        Ok(InCharge { owner, customers, shares })
    }
}

/// Whose a record is.
struct InCharge {
    owner: Option<UserId>,
    /// The customers a contact person works for, with who is in charge of each.
    customers: Vec<(AccountNumber, Option<UserId>)>,
    /// Whom it is shared with besides, or one of these customers.
    shares: Vec<ShareSeen>,
}

/// Appends that a column is one of these, after its name. Users, customers and persons are told apart by the column
/// alone: to the databases each id is 16 bytes.
pub(crate) fn push_ids<D>(statement: &mut QueryBuilder<D>, ids: impl ExactSizeIterator<Item = Uuid>)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push(" IN (");
    let mut list = statement.separated(", ");
    for id in padded(ids.map(UserId)) {
        list.push_bind(id);
    }
    statement.push(")");
}

/// The same for users.
fn push_owners<D>(statement: &mut QueryBuilder<D>, owners: &[UserId])
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    if let [owner] = owners {
        statement.push(" = ").push_bind(*owner);
    } else {
        push_ids(statement, owners.iter().map(|owner| owner.0));
    }
}

/// As many users as the next power of two, by adding nobody several times: the databases keep prepared what they are
/// asked, and so they are asked few different texts.
pub(crate) fn padded(
    owners: impl ExactSizeIterator<Item = UserId>,
) -> impl Iterator<Item = UserId> {
    let missing = owners.len().next_power_of_two() - owners.len();
    owners.chain(std::iter::repeat_n(UserId::NIL, missing))
}

/// Appends that a customer, named by the letters of its table, is one of a few, within brackets.
fn push_few<D>(statement: &mut QueryBuilder<D>, table: &str, few: &Few)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push("(").push(table).push(".owner_id");
    push_owners(statement, &few.owners);
    let shared = few.shared.accounts();
    if !shared.is_empty() {
        statement.push(" OR ").push(table).push(".id");
        push_ids(statement, shared.iter().map(|id| id.0));
    }
    statement.push(")");
}

/// Appends a condition for the customers `a` within the scope, to others that stand there already.
pub(crate) fn push_accounts<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::Few(few) => {
            statement.push(" AND ");
            push_few(statement, "a", few);
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// The same for the persons `p`.
pub(crate) fn push_people<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::Few(few) => {
            statement.push(" AND (p.owner_id");
            push_owners(statement, &few.owners);
            let shared = few.shared.people();
            if !shared.is_empty() {
                statement.push(" OR p.id");
                push_ids(statement, shared.iter().map(|id| id.0));
            }
            statement.push(" OR ").push(CUSTOMER_OF);
            push_few(statement, "wa", few);
            statement.push("))");
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// The same for the deals `o`: by whoever is in charge of them, and no other way.
pub(crate) fn push_opportunities<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::Few(few) => {
            statement.push(" AND o.owner_id");
            push_owners(statement, &few.owners);
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// The same for the cases `c`: by whoever is in charge of them, and by their customer.
pub(crate) fn push_cases<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::Few(few) => {
            statement.push(" AND (c.owner_id");
            push_owners(statement, &few.owners);
            statement.push(" OR ").push(CUSTOMER_OF_CASE);
            push_few(statement, "wa", few);
            statement.push("))");
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// Appends that a customer `a` is shared with the caller.
pub(crate) fn push_shared_accounts<D>(statement: &mut QueryBuilder<D>, caller: &Caller)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    statement.push(" AND a.id");
    push_ids(statement, caller.shared.seen().accounts().iter().map(|id| id.0));
}

/// Appends that a person `p`, or a customer of the person's, is shared with the caller.
pub(crate) fn push_shared_people<D>(statement: &mut QueryBuilder<D>, caller: &Caller)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    let shared = caller.shared.seen();
    statement.push(" AND (p.id");
    push_ids(statement, shared.people().iter().map(|id| id.0));
    statement.push(" OR ").push(CUSTOMER_OF).push("wa.id");
    push_ids(statement, shared.accounts().iter().map(|id| id.0));
    statement.push("))");
}

/// Whether a person that `owner` is in charge of is within the scope.
pub(crate) async fn covers_person(
    held: Connection<'_>,
    scope: &Scope,
    person: PersonId,
    owner: Option<UserId>,
) -> Result<bool> {
    let covered = scope.covers(Subject::Person(person), owner);
    let few = match scope.rows() {
        Rows::Few(few) if !covered => few,
        _ => return Ok(covered),
    };
    let customers: i64 = on_connection!(held, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM person p WHERE p.id = ");
        statement.push_bind(person).push(" AND ").push(CUSTOMER_OF);
        push_few(&mut statement, "wa", few);
        statement.push(")");
        statement.build_query_scalar().fetch_one(connection).await
    })?;
    Ok(customers > 0)
}

/// Whether a case that `owner` is in charge of is within the scope.
async fn covers_case(
    held: Connection<'_>,
    scope: &Scope,
    case: CaseId,
    owner: Option<UserId>,
) -> Result<bool> {
    let covered = scope.covers_owner(owner);
    let few = match scope.rows() {
        Rows::Few(few) if !covered => few,
        _ => return Ok(covered),
    };
    let customers: i64 = on_connection!(held, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM feedback_case c WHERE c.id = ");
        statement.push_bind(case).push(" AND ").push(CUSTOMER_OF_CASE);
        push_few(&mut statement, "wa", few);
        statement.push(")");
        statement.build_query_scalar().fetch_one(connection).await
    })?;
    Ok(customers > 0)
}

/// Refuses a record that `owner` is in charge of when it is outside of what is granted.
pub(crate) async fn admit(
    tx: &mut Tx,
    grant: &Grant,
    record: Subject,
    owner: Option<UserId>,
) -> Result<()> {
    if covers(tx.connection(), &grant.scope(), record, owner).await? {
        return Ok(());
    }
    let seen = covers(tx.connection(), &grant.seen(), record, owner).await?;
    Err(grant.refusal(seen).into())
}
