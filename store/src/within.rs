//! Records within a scope: what every statement is told of the caller's rights, and whether one record is among them.
//! A contact person is within the scope of whoever is in charge of the person or of one of the person's customers.

use crate::{
    db::{Connection, Db, Reading, Tx, on_connection},
    error::Result,
};
use domain::{
    failure::Failure,
    id::{AccountNumber, PersonId, UserId},
    note::Subject,
    policy::{self, Ability, Action, Caller, Grant, Object, Rows, Scope, Sight},
};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Ends with whoever is to be in charge of one of the customers of the person `p`.
const CUSTOMER_OF: &str = "EXISTS (SELECT 1 FROM account_person wp JOIN account wa ON wa.id = wp.account_id \
     WHERE wp.person_id = p.id AND wa.deleted_at IS NULL AND wa.owner_id";

const ACCOUNT_OWNER: &str = "SELECT owner_id, deleted_at IS NOT NULL FROM account WHERE id = $1";
const PERSON_OWNER: &str = "SELECT owner_id, deleted_at IS NOT NULL FROM person WHERE id = $1";
const CUSTOMERS_OF: &str = "SELECT a.number, a.owner_id FROM account_person ap JOIN account a ON a.id = ap.account_id \
     WHERE ap.person_id = $1 AND a.deleted_at IS NULL ORDER BY a.number LIMIT 20";

/// Who is in charge of a record, and whether it is in the bin; `None` for one that is not there.
pub(crate) async fn owner(
    held: Connection<'_>,
    subject: Subject,
) -> Result<Option<(Option<UserId>, bool)>> {
    let statement = match subject {
        Subject::Account(_) => ACCOUNT_OWNER,
        Subject::Person(_) => PERSON_OWNER,
    };
    Ok(on_connection!(held, |connection| {
        sqlx::query_as(statement).bind(subject.id()).fetch_optional(connection).await
    })?)
}

/// Refuses a record outside of the scope, in the bin or not there.
pub(crate) async fn must_cover(
    reading: &mut Reading,
    scope: &Scope,
    subject: Subject,
) -> Result<Option<UserId>> {
    let found = owner(reading.connection(), subject).await?;
    let Some((owner, false)) = found else { return Err(Failure::Gone.into()) };
    let covered = match subject {
        Subject::Account(_) => scope.covers(owner),
        Subject::Person(id) => covers_person(reading.connection(), scope, id, owner).await?,
    };
    if covered { Ok(owner) } else { Err(Failure::Gone.into()) }
}

impl Db {
    /// Who sees a record and who does not, with the reason; colleagues in the order of [`Db::users`].
    ///
    /// # Errors
    /// [`Failure::Denied`] for anybody but an administrator; [`Failure::Gone`] for a record that is not there or in
    /// the bin.
    pub async fn who_sees(&self, caller: &Caller, subject: Subject) -> Result<Vec<Sight>> {
        policy::look(caller, Action::Administer, Object::User)?;
        let (owner, customers) = self.in_charge(caller, subject).await?;
        let users = self.users(caller).await?;
        let structure = self.structure(caller).await?;
        let object = subject.object();
        let told = |user| policy::sight_of(user, &structure, object, owner, &customers);
        Ok(users.iter().map(told).collect())
    }

    /// What `user` may do with a record, each with the reason.
    ///
    /// # Errors
    /// As [`Db::who_sees`]; [`Failure::Gone`] for an unknown user, too.
    pub async fn abilities(
        &self,
        caller: &Caller,
        user: UserId,
        subject: Subject,
    ) -> Result<Vec<Ability>> {
        policy::check(caller, Action::ViewAs, Object::User)?;
        let (owner, customers) = self.in_charge(caller, subject).await?;
        let user = self.user(caller, user).await?.ok_or(Failure::Gone)?;
        let structure = self.structure(caller).await?;
        Ok(policy::abilities_of(&user, &structure, subject.object(), owner, &customers))
    }

    /// Who is in charge of a record that the caller sees, and the customers a contact person works for with who is in
    /// charge of each.
    async fn in_charge(
        &self,
        caller: &Caller,
        subject: Subject,
    ) -> Result<(Option<UserId>, Vec<(AccountNumber, Option<UserId>)>)> {
        let scope = policy::view(caller, subject.object())?;
        let mut reading = self.reading().await?;
        let owner = must_cover(&mut reading, &scope, subject).await?;
        let customers = match subject {
            Subject::Account(_) => Vec::new(),
            Subject::Person(id) => on_connection!(reading.connection(), |connection| {
                sqlx::query_as(CUSTOMERS_OF).bind(id).fetch_all(connection).await
            })?,
        };
        Ok((owner, customers))
    }
}

/// Appends that a column is one of the users, after its name.
fn push_owners<D>(statement: &mut QueryBuilder<D>, owners: &[UserId])
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    if let [owner] = owners {
        statement.push(" = ").push_bind(*owner);
        return;
    }
    statement.push(" IN (");
    let mut list = statement.separated(", ");
    for owner in padded(owners) {
        list.push_bind(owner);
    }
    statement.push(")");
}

/// As many users as the next power of two, by adding nobody several times: the databases keep prepared what they are
/// asked, and so they are asked few different texts.
pub(crate) fn padded(owners: &[UserId]) -> impl Iterator<Item = UserId> {
    let missing = owners.len().next_power_of_two() - owners.len();
    owners.iter().copied().chain(std::iter::repeat_n(UserId::NIL, missing))
}

/// Appends a condition for the customers `a` within the scope, to others that stand there already.
pub(crate) fn push_accounts<D>(statement: &mut QueryBuilder<D>, scope: &Scope)
where
    D: Database,
    for<'q> UserId: Encode<'q, D> + Type<D>,
{
    match scope.rows() {
        Rows::All => {}
        Rows::OwnedBy(owners) => {
            statement.push(" AND a.owner_id");
            push_owners(statement, owners);
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
        Rows::OwnedBy(owners) => {
            statement.push(" AND (p.owner_id");
            push_owners(statement, owners);
            statement.push(" OR ").push(CUSTOMER_OF);
            push_owners(statement, owners);
            statement.push("))");
        }
        Rows::None => {
            statement.push(" AND 1 = 0");
        }
    }
}

/// Whether a person that `owner` is in charge of is within the scope.
pub(crate) async fn covers_person(
    held: Connection<'_>,
    scope: &Scope,
    person: PersonId,
    owner: Option<UserId>,
) -> Result<bool> {
    let owners = match scope.rows() {
        Rows::OwnedBy(owners) if !scope.covers(owner) => owners,
        _ => return Ok(scope.covers(owner)),
    };
    let customers: i64 = on_connection!(held, |connection| {
        let mut statement =
            QueryBuilder::<Dialect>::new("SELECT COUNT(*) FROM person p WHERE p.id = ");
        statement.push_bind(person).push(" AND ").push(CUSTOMER_OF);
        push_owners(&mut statement, owners);
        statement.push(")");
        statement.build_query_scalar().fetch_one(connection).await
    })?;
    Ok(customers > 0)
}

/// Refuses a person outside of what is granted.
pub(crate) async fn admit_person(
    tx: &mut Tx,
    grant: &Grant,
    person: PersonId,
    owner: Option<UserId>,
) -> Result<()> {
    if covers_person(tx.connection(), &grant.scope(), person, owner).await? {
        return Ok(());
    }
    let seen = covers_person(tx.connection(), &grant.seen(), person, owner).await?;
    Err(grant.refusal(seen).into())
}
