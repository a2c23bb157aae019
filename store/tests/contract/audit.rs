//! The audit log is a chain: gapless whoever writes at once, and nothing in it is changed, taken away or put in
//! without being found.

use crate::{
    customers::{form, make, operation},
    support::{NOW, key, on_both, root, someone},
};
use domain::{
    agent::Agent,
    audit::{Checked, Fault, FaultKind},
    note::{NoteBody, Subject},
    policy::{Caller, Role, Via},
    time::{DAY, Instant},
};
use store::{Anchor, AuditKey, Db};

/// Attacks of each kind.
const ATTACKS: usize = 200;

// sqlx takes only text that lives as long as the program, and these are put together.
async fn change(db: &Db, statement: &str) {
    assert!(changed(db, statement).await.is_ok(), "{statement}");
}

async fn changed(db: &Db, statement: &str) -> Result<u64, sqlx::Error> {
    let statement: &'static str = statement.to_owned().leak();
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(statement).execute(writer).await.map(|done| done.rows_affected())
        }
        Db::Postgres { pool, .. } => {
            sqlx::query(statement).execute(pool).await.map(|done| done.rows_affected())
        }
    }
}

async fn number(db: &Db, statement: &str) -> i64 {
    let statement: &'static str = statement.to_owned().leak();
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(statement).fetch_one(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(statement).fetch_one(pool).await.unwrap(),
    }
}

async fn numbers(db: &Db, statement: &str) -> Vec<i64> {
    let statement: &'static str = statement.to_owned().leak();
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(statement).fetch_all(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap(),
    }
}

async fn verify(db: &Db, anchors: &[Anchor]) -> Result<Checked, Fault> {
    db.verify_audit(&root(), 1, anchors, |_| ()).await.unwrap()
}

fn with_key(db: &Db, key: AuditKey) -> Db {
    match db.clone() {
        Db::Sqlite { reader, writer, file, structure, figures, feed, .. } => {
            Db::Sqlite { reader, writer, file, structure, figures, feed, key }
        }
        Db::Postgres { pool, shares, structure, figures, feed, .. } => {
            Db::Postgres { pool, shares, structure, figures, feed, key }
        }
    }
}

/// Some records with changes and notes, of which a few have left for good.
async fn some_lines(db: &Db) {
    let caller = someone(db, "lin@example.com", Role::Staff).await;
    for name in ["Acme", "Boreal", "Coral", "Dune", "Elm", "Fjord"] {
        let customer = make(db, &caller, &form(name)).await;
        let account = db.account(&caller, customer).await.unwrap();
        let subject = Subject::Account(account.id);
        let body = NoteBody::parse(&format!("A note on {name}")).unwrap();
        let note = db.add_note(&caller, operation(), subject, &body).await.unwrap();
        db.pin_note(&caller, note, true).await.unwrap();
        db.set_tags(&caller, account.id, &["VIP".to_owned()], &[]).await.unwrap();
        if name < "C" {
            db.delete_accounts(&caller, &[account.id]).await.unwrap();
        }
    }
    let later = Caller { now: NOW.plus(31 * DAY), ..root() };
    assert_eq!(db.purge_bin(&later).await.unwrap(), 2);
}

/// The owner of the database takes the triggers away.
async fn drop_triggers(db: &Db) {
    match db {
        Db::Sqlite { .. } => {
            for trigger in ["audit_log_no_delete", "audit_log_no_update", "audit_head_no_delete"] {
                change(db, &format!("DROP TRIGGER {trigger}")).await;
            }
        }
        Db::Postgres { .. } => {
            change(db, "ALTER TABLE audit_log DISABLE TRIGGER USER").await;
            change(db, "ALTER TABLE audit_head DISABLE TRIGGER USER").await;
        }
    }
}

/// Numbers that look random and are the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    /// A number from `from` to `to`.
    fn roll(&mut self, from: i64, to: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let range = u64::try_from(to - from + 1).unwrap();
        from + i64::try_from((mixed ^ (mixed >> 31)) % range).unwrap()
    }
}

async fn attack_by_change(db: &Db, dice: &mut Dice, last: i64) {
    let line = dice.roll(1, last);
    // Whatever stands elsewhere in the log and not here; of erased lines nothing is left to change.
    let set = |column: &str| format!("UPDATE audit_log SET {column} WHERE number = {line}");
    let other = |column: &str| {
        set(&format!(
            "{column} = (SELECT o.{column} FROM audit_kept o WHERE o.{column} <> audit_log.{column} ORDER BY o.number DESC LIMIT 1)"
        ))
    };
    let statement = match dice.roll(0, 15) {
        0 => set("at = at + 1"),
        1 => other("user_id"),
        2 => set("on_behalf_of = user_id"),
        3 => set("origin = origin || 'x'"),
        4 => set("object = object || 'x'"),
        5 => other("object_id"),
        6 => set("event = event || 'x'"),
        7 => set("version = version + 1"),
        8 => set("erases = erases || ',1'"),
        9 => other("personal_digest"),
        10 => other("seal"),
        11 => other("salt"),
        12 => set("fields = fields || ' '"),
        13 => set("address = address || '9'"),
        14 => set("agent = agent || 'x'"),
        // Emptied, in the name of a line that erased others.
        _ => {
            let some = dice.roll(0, 3);
            let of = "SELECT number FROM audit_log WHERE erased_by IS NULL AND erases = ''";
            let line =
                number(db, &format!("{of} ORDER BY number DESC LIMIT 1 OFFSET {some}")).await;
            let by = number(db, "SELECT MAX(number) FROM audit_log WHERE erases <> ''").await;
            let by = if dice.roll(0, 1) == 0 { by.to_string() } else { "NULL".to_owned() };
            let empty = if let Db::Sqlite { .. } = db { "x''" } else { "''::bytea" };
            format!(
                "UPDATE audit_log SET fields = '[]', address = '', agent = '', salt = {empty}, erased_by = {by} \
                 WHERE number = {line} AND erased_by IS NULL"
            )
        }
    };
    assert_eq!(changed(db, &statement).await.unwrap(), 1, "{statement}");
}

async fn attack_by_deletion(db: &Db, dice: &mut Dice, last: i64) {
    let line = dice.roll(1, last);
    change(db, &format!("DELETE FROM audit_log WHERE number = {line}")).await;
    if dice.roll(0, 1) == 0 {
        // The gap is closed.
        shift(db, line, last, -1).await;
        change(db, &format!("UPDATE audit_head SET number = {}", last - 1)).await;
    }
}

/// Moves the lines after `after` by one.
async fn shift(db: &Db, after: i64, last: i64, by: i64) {
    // By way of numbers that nobody has, because keys are compared one by one.
    let far = last + 1_000;
    change(db, &format!("UPDATE audit_log SET number = number + {far} WHERE number > {after}"))
        .await;
    let back = far - by;
    change(db, &format!("UPDATE audit_log SET number = number - {back} WHERE number > {far}"))
        .await;
}

async fn attack_by_swap(db: &Db, dice: &mut Dice, last: i64) {
    let one = dice.roll(1, last - 1);
    let other = dice.roll(one + 1, last);
    for (from, to) in [(one, -1), (other, one), (-1, other)] {
        change(db, &format!("UPDATE audit_log SET number = {to} WHERE number = {from}")).await;
    }
}

async fn attack_by_insertion(db: &Db, dice: &mut Dice, last: i64) {
    const COLUMNS: &str = "at, user_id, on_behalf_of, origin, object, object_id, event, version, erases, personal_digest, seal, \
        salt, fields, address, agent, erased_by";
    let copied = dice.roll(1, last);
    let place = dice.roll(0, last);
    let to = if place == 0 && dice.roll(0, 1) == 0 { 0 } else { place + 1 };
    if to > 0 {
        shift(db, place, last, 1).await;
    }
    change(
        db,
        &format!(
            "INSERT INTO audit_log (number, {COLUMNS}) SELECT {to}, {COLUMNS} FROM audit_kept WHERE number = {copied}"
        ),
    )
    .await;
    if to > 0 && dice.roll(0, 1) == 0 {
        let seal = format!("(SELECT seal FROM audit_log WHERE number = {})", last + 1);
        change(db, &format!("UPDATE audit_head SET number = {}, seal = {seal}", last + 1)).await;
    }
}

async fn attack_by_cutting_off(db: &Db, dice: &mut Dice, last: i64) {
    // The end of the log is moved along: within the database everything fits.
    let end = dice.roll(0, last - 1);
    change(db, &format!("DELETE FROM audit_log WHERE number > {end}")).await;
    match (end, db) {
        (0, Db::Sqlite { .. }) => {
            change(db, "UPDATE audit_head SET number = 0, seal = zeroblob(32)").await;
        }
        (0, Db::Postgres { .. }) => {
            change(db, "UPDATE audit_head SET number = 0, seal = decode(repeat('00', 32), 'hex')")
                .await;
        }
        _ => {
            let seal = format!("(SELECT seal FROM audit_log WHERE number = {end})");
            change(db, &format!("UPDATE audit_head SET number = {end}, seal = {seal}")).await;
        }
    }
}

async fn attack_by_rewriting(db: &Db, dice: &mut Dice, last: i64) {
    // Our own program seals what the attacker likes, with a key of theirs; then it looks as if it were ours.
    change(
        db,
        "INSERT INTO audit_found (number, at, user_id, origin, object, object_id, event, version, fields) \
         SELECT number, at, user_id, origin, object, object_id, event, version, fields FROM audit_kept",
    )
    .await;
    let line = dice.roll(1, last);
    change(db, &format!("UPDATE audit_found SET event = 'restored' WHERE number = {line}")).await;
    change(db, "DELETE FROM audit_log").await;
    let zero =
        if let Db::Sqlite { .. } = db { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let none = if let Db::Sqlite { .. } = db { "x''" } else { "''::bytea" };
    change(db, &format!("UPDATE audit_head SET number = 0, seal = {zero}, key_check = {none}"))
        .await;
    let key = AuditKey::new(&[u8::try_from(dice.roll(8, 250)).unwrap(); 32]).unwrap();
    with_key(db, key).seal_found_lines(&root(), |_| ()).await.unwrap();
    if dice.roll(0, 1) == 0 {
        change(db, "UPDATE audit_head SET key_check = (SELECT key_check FROM audit_head_kept)")
            .await;
    }
}

async fn put_back(db: &Db) {
    change(db, "DELETE FROM audit_log").await;
    change(db, "INSERT INTO audit_log SELECT * FROM audit_kept").await;
    change(db, "DELETE FROM audit_head").await;
    change(db, "INSERT INTO audit_head SELECT * FROM audit_head_kept").await;
}

on_both! {
    async fn every_attack_on_the_log_is_found(db: Db) {
        some_lines(&db).await;
        let last = number(&db, "SELECT number FROM audit_head").await;
        assert!(last > 20, "{last}");
        let untouched = verify(&db, &[]).await.unwrap();
        assert_eq!((untouched.from, untouched.to), (1, last));
        assert!(untouched.erased > 0 && untouched.erased < last);
        let anchor = [db.audit_anchor(&root()).await.unwrap()];
        assert_eq!(verify(&db, &anchor).await, Ok(untouched));
        change(&db, "CREATE TABLE audit_kept AS SELECT * FROM audit_log").await;
        change(&db, "CREATE TABLE audit_head_kept AS SELECT * FROM audit_head").await;
        drop_triggers(&db).await;
        let mut dice = Dice(2026);
        let mut found = 0;
        for round in 0..ATTACKS {
            for kind in 0..6 {
                match kind {
                    0 => attack_by_change(&db, &mut dice, last).await,
                    1 => attack_by_deletion(&db, &mut dice, last).await,
                    2 => attack_by_swap(&db, &mut dice, last).await,
                    3 => attack_by_insertion(&db, &mut dice, last).await,
                    4 => attack_by_cutting_off(&db, &mut dice, last).await,
                    _ => attack_by_rewriting(&db, &mut dice, last).await,
                }
                let seen = verify(&db, &anchor).await;
                assert!(seen.is_err(), "attack {kind} of round {round} was not found: {seen:?}");
                // All but the lost end are found in the database alone.
                if kind != 4 {
                    assert!(verify(&db, &[]).await.is_err(), "attack {kind} of round {round}");
                }
                found += 1;
                put_back(&db).await;
            }
        }
        assert_eq!(found, 6 * ATTACKS);
        assert_eq!(verify(&db, &anchor).await, Ok(untouched), "the log is as it was");
    }

    async fn lines_stay_as_they_are_while_nobody_takes_the_triggers_away(db: Db) {
        some_lines(&db).await;
        for statement in [
            "DELETE FROM audit_log WHERE number = 2",
            "DELETE FROM audit_log",
            "UPDATE audit_log SET at = at + 1 WHERE number = 2",
            "UPDATE audit_log SET fields = 'x' WHERE number = 2",
            "UPDATE audit_log SET fields = '[]' WHERE number = 2",
            "UPDATE audit_log SET seal = personal_digest",
            "UPDATE audit_log SET erased_by = NULL WHERE erased_by IS NOT NULL",
            "DELETE FROM audit_head",
        ] {
            assert!(changed(&db, statement).await.is_err(), "{statement}");
        }
        if let Db::Postgres { .. } = &db {
            assert!(changed(&db, "TRUNCATE audit_log").await.is_err());
        }
        assert!(verify(&db, &[]).await.is_ok());
    }

    async fn sixteen_writers_leave_no_gap(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..16 {
            let (db, caller) = (db.clone(), caller.clone());
            writers.spawn(async move {
                for write in 0..20 {
                    let made = make(&db, &caller, &form(&format!("{writer} {write}"))).await;
                    // A change over an old version is taken back after it has begun.
                    let account = db.account(&caller, made).await.unwrap();
                    let edit = crate::customers::edit("name", "");
                    db.edit_account(&caller, account.id, account.version, &[edit]).await.unwrap_err();
                }
            });
        }
        writers.join_all().await;
        let lines = numbers(&db, "SELECT number FROM audit_log ORDER BY number").await;
        assert_eq!(lines, (1..=16 * 20 + 1).collect::<Vec<i64>>());
        assert!(verify(&db, &[]).await.is_ok());
    }

    async fn lines_from_before_the_chain_are_sealed_as_they_are_found(db: Db) {
        let nobody = if let Db::Sqlite { .. } = &db { "zeroblob(16)" } else { "'00000000-0000-0000-0000-000000000000'::uuid" };
        // With gaps, as rolled back transactions left them on PostgreSQL.
        for line in [3, 4, 9] {
            change(&db, &format!(
                "INSERT INTO audit_found (number, at, user_id, origin, object, object_id, event, version, fields) \
                 VALUES ({line}, {line}, {nobody}, 'web', 'organisation', {nobody}, 'changed', 1, '[]')"
            )).await;
        }
        let mut told = Vec::new();
        db.seal_found_lines(&root(), |done| told.push(done)).await.unwrap();
        assert_eq!(told, [3]);
        assert_eq!(numbers(&db, "SELECT at FROM audit_log ORDER BY number").await, [3, 4, 9]);
        assert_eq!(number(&db, "SELECT COUNT(*) FROM audit_found").await, 0);
        assert_eq!(verify(&db, &[]).await.map(|checked| checked.to), Ok(3));
        db.seal_found_lines(&root(), |_| panic!("there is nothing left")).await.unwrap();
        let staff = someone(&db, "lin@example.com", Role::Staff).await;
        assert!(db.seal_found_lines(&staff, |_| ()).await.is_err());
    }

    async fn nothing_is_written_with_another_key(db: Db) {
        assert_eq!(db.audit_key_fits().await.unwrap(), None, "no line yet");
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        assert_eq!(db.audit_key_fits().await.unwrap(), Some(true));
        let other = with_key(&db, AuditKey::new(&[8; 32]).unwrap());
        assert_eq!(other.audit_key_fits().await.unwrap(), Some(false));
        let draft = form("Acme").parse(2).unwrap();
        assert!(other.create_account(&caller, operation(), &draft).await.is_err());
        assert_eq!(number(&db, "SELECT COUNT(*) FROM account").await, 0);
        let fault = verify(&other, &[]).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Key);
        let foreign = [other.audit_anchor(&root()).await.unwrap()];
        assert_eq!(verify(&db, &foreign).await.unwrap_err().kind, FaultKind::Anchor);
        assert_eq!(with_key(&db, key()).audit_key_fits().await.unwrap(), Some(true));
    }

    async fn what_was_found_is_remembered_and_shows_a_lost_end(db: Db) {
        let at = |time: i64| Caller { now: NOW.plus(time), ..root() };
        assert_eq!(db.audit_state(&root()).await.unwrap().at, Instant::NEVER);
        some_lines(&db).await;
        let last = number(&db, "SELECT number FROM audit_head").await;
        let state = db.check_audit(&at(1), false).await.unwrap();
        assert_eq!((state.to, state.fault), (last, None));
        assert_eq!((state.at, state.whole_at), (NOW.plus(1), NOW.plus(1)), "the first look is at all");
        let staff = someone(&db, "wang@example.com", Role::Staff).await;
        let state = db.check_audit(&at(2), false).await.unwrap();
        assert_eq!((state.to, state.at, state.whole_at), (last + 1, NOW.plus(2), NOW.plus(1)));
        assert_eq!(db.audit_state(&root()).await.unwrap(), state);
        // Nobody else asks, or makes it look.
        assert!(db.audit_state(&staff).await.is_err());
        assert!(db.check_audit(&staff, true).await.is_err());
        assert!(db.verify_audit(&staff, 1, &[], |_| ()).await.is_err());
        assert!(db.audit_anchor(&staff).await.is_err());

        drop_triggers(&db).await;
        change(&db, &format!("DELETE FROM audit_log WHERE number > {last}")).await;
        let seal = format!("(SELECT seal FROM audit_log WHERE number = {last})");
        change(&db, &format!("UPDATE audit_head SET number = {last}, seal = {seal}")).await;
        for whole in [false, true] {
            let state = db.check_audit(&at(3), whole).await.unwrap();
            assert_eq!(state.fault, Some(Fault { number: last + 1, kind: FaultKind::Lost }));
        }
        // A finding that somebody else wrote counts as none.
        change(&db, "UPDATE setting SET value = REPLACE(value, 'lost', 'seal') WHERE name = 'audit.state'").await;
        assert_eq!(db.audit_state(&root()).await.unwrap().at, Instant::NEVER);
    }

    async fn a_line_tells_from_where_and_keeps_no_more_of_a_browser_than_its_kind(db: Db) {
        let via = Via {
            address: Some([192, 0, 2, 7].into()),
            agent: Agent::read("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"),
            on_behalf_of: None,
        };
        db.note_failed_sign_in(None, via, NOW).await.unwrap();
        let told = "SELECT COUNT(*) FROM audit_log WHERE event = 'sign_in_failed' AND address = '192.0.2.7' AND agent = 'Firefox/Linux'";
        assert_eq!(number(&db, told).await, 1);
        let staff = Caller { via, ..someone(&db, "lin@example.com", Role::Staff).await };
        make(&db, &staff, &form("Acme")).await;
        assert_eq!(number(&db, "SELECT COUNT(*) FROM audit_log WHERE address = '192.0.2.7'").await, 2);
        assert!(verify(&db, &[]).await.is_ok());
    }
}
