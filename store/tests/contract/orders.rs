//! Orders: made once, by hand and from a deal, changed by two at a time, taken off and put back, added up, and following
//! their customer.

use crate::{
    customers::{form, make, operation, refusal},
    merges::draft,
    opportunities::{deal, make_deal},
    support::{NOW, on_both, root, someone},
};
use domain::{
    account::FieldEdit,
    audit::{AuditRequest, LineValues},
    bin::BinKind,
    failure::Failure,
    field::FieldError,
    id::{AccountNumber, OperationId, OrderNumber, ProductId, Version},
    merge::MergeKind,
    money::Currency,
    opportunity::OpportunityForm,
    order::{
        FIRST_LINES, Order, OrderForm, OrderLineForm, OrderRequest, OrderStatus, OrderTotals,
        read_order_lines,
    },
    page::Cursor,
    policy::{Action, Caller, Object, Reach, Role},
    product::{LineForm, ProductForm, read_lines},
    time::DAY,
};
use store::Db;

fn line(name: &str, quantity: &str, price: &str) -> OrderLineForm {
    OrderLineForm {
        name: name.to_owned(),
        quantity: quantity.to_owned(),
        price: price.to_owned(),
        ..OrderLineForm::default()
    }
}

pub(crate) fn of(account: AccountNumber, day: &str) -> OrderForm {
    OrderForm { account: account.to_string(), ordered_on: day.to_owned(), ..OrderForm::default() }
}

pub(crate) async fn order(
    db: &Db,
    caller: &Caller,
    form: &OrderForm,
    lines: &[OrderLineForm],
) -> Order {
    let draft = form.parse(lines, Currency::default()).unwrap();
    let number = db.create_order(caller, operation(), &draft).await.unwrap();
    db.order(caller, number).await.unwrap()
}

async fn product(db: &Db, code: &str) -> ProductId {
    let form = ProductForm {
        code: code.to_owned(),
        name: format!("Name of {code}"),
        price: "5".to_owned(),
        ..ProductForm::default()
    };
    let data = form.parse(Currency::default()).unwrap();
    db.create_product(&root(), operation(), &data).await.unwrap()
}

fn edit(field: &str, value: &str) -> Vec<FieldEdit> {
    vec![FieldEdit { field: field.to_owned(), value: value.to_owned() }]
}

async fn numbers(db: &Db, caller: &Caller, request: &OrderRequest) -> Vec<OrderNumber> {
    let page = db.order_page(caller, request).await.unwrap();
    page.rows.into_iter().map(|row| row.number).collect()
}

fn with(account: AccountNumber) -> OrderRequest {
    OrderRequest { account: Some(account), ..OrderRequest::default() }
}

async fn is_gone(db: &Db, caller: &Caller, number: OrderNumber) -> bool {
    refusal(db.order(caller, number).await) == Failure::Gone
}

/// The sum of the lines that are stored, against the total that is kept.
async fn adds_up(db: &Db, caller: &Caller, number: OrderNumber) -> i64 {
    let order = db.order(caller, number).await.unwrap();
    let sum: i64 = order.lines.iter().map(|line| line.amount_minor).sum();
    assert_eq!(order.total_minor, sum);
    sum
}

on_both! {
    async fn an_order_comes_back_as_it_was_typed_and_is_made_once(db: Db) {
        let caller = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &caller, &form("Acme")).await;
        let valve = product(&db, "V-1").await;
        let lines = [
            OrderLineForm { product: valve.to_string(), name: String::new(), ..line("", "3", "5.5") },
            line("Freight", "", "20"),
        ];
        let typed = OrderForm {
            status: "delivering".to_owned(),
            note: "By sea".to_owned(),
            ..of(acme, "2026-11-03")
        };
        let draft = typed.parse(&lines, Currency::default()).unwrap();
        let attempt: OperationId = operation();
        let number = db.create_order(&caller, attempt, &draft).await.unwrap();
        assert_eq!(db.create_order(&caller, attempt, &draft).await.unwrap(), number);
        let stored = db.order(&caller, number).await.unwrap();
        assert_eq!(stored.number.to_string(), "O-1");
        assert_eq!((stored.account, stored.account_name.as_str()), (acme, "Acme"));
        assert_eq!(stored.data, draft.data);
        let told: Vec<_> = stored.lines.iter()
            .map(|line| (line.product, line.name.as_str(), line.quantity, line.amount_minor))
            .collect();
        assert_eq!(told, [(Some(valve), "Name of V-1", 3, 1_650), (None, "Freight", 1, 2_000)]);
        assert_eq!(adds_up(&db, &caller, number).await, 3_650);
        // Nothing of it without somebody who bought.
        let draft = of(AccountNumber(99), "2026-11-03").parse(&[], Currency::default()).unwrap();
        let errors = refusal(db.create_order(&caller, operation(), &draft).await);
        assert!(matches!(errors, Failure::Invalid(errors) if errors.about("account").is_some()));
        assert_eq!(db.order_count(&caller, &OrderRequest::default(), true).await.unwrap().number, 1);
    }

    async fn an_order_from_a_deal_keeps_to_its_customer_and_names_it_to_who_sees_it(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let other = make(&db, &lin, &form("Other")).await;
        let valve = product(&db, "V-1").await;
        let typed = OpportunityForm {
            account: acme.to_string(),
            owner: lin.user.to_string(),
            ..deal("Renewal")
        };
        let renewal = make_deal(&db, &lin, &typed).await;
        let on_offer = [LineForm { product: valve.to_string(), quantity: "2".to_owned(), price: "5".to_owned() }];
        let on_offer = read_lines(&on_offer, Currency::default()).unwrap();
        db.set_opportunity_lines(&lin, renewal.id, renewal.version, &on_offer).await.unwrap();
        // What is out of use by now was on offer all the same.
        db.edit_product(&root(), valve, Version(1), &edit("archived", "true")).await.unwrap();
        let lines = [OrderLineForm { product: valve.to_string(), ..line("", "2", "5") }];
        let from = OrderForm { deal: renewal.number.to_string(), ..of(acme, "2026-11-03") };
        let made = order(&db, &lin, &from, &lines).await;
        assert_eq!(made.deal, Some((renewal.number, "Renewal".to_owned())));
        let of_deal = OrderRequest { deal: Some(renewal.number), ..OrderRequest::default() };
        assert_eq!(numbers(&db, &lin, &of_deal).await, [made.number]);
        // On an order of its own it is not sold any more.
        let draft = of(acme, "2026-11-03").parse(&lines, Currency::default()).unwrap();
        let refused = refusal(db.create_order(&lin, operation(), &draft).await);
        assert!(matches!(refused, Failure::Invalid(errors) if errors.about("lines") == Some(&FieldError::Unknown)));
        // Nor is a deal with one customer the origin of another one's order.
        let wrong = OrderForm { account: other.to_string(), ..from };
        let draft = wrong.parse(&[], Currency::default()).unwrap();
        let refused = refusal(db.create_order(&lin, operation(), &draft).await);
        assert!(matches!(refused, Failure::Invalid(errors) if errors.about("deal").is_some()));
        // Who sees the customer and not the deal is told of the order alone.
        let rights = lin.rights.set(Object::Opportunity, Action::View, Reach::Own);
        let wang = Caller { rights, ..someone(&db, "wang@example.com", Role::Staff).await };
        assert_eq!(db.order(&wang, made.number).await.unwrap().deal, None);
        assert!(numbers(&db, &wang, &of_deal).await.is_empty());
    }

    async fn two_who_change_an_order_are_told_of_each_other(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let wang = someone(&db, "wang@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let made = order(&db, &lin, &of(acme, "2026-11-03"), &[line("Valve", "2", "5")]).await;
        let version = db.edit_order(&wang, made.id, made.version, &edit("status", "delivered")).await.unwrap();
        assert_eq!(version, Version(2));
        // Different fields both win.
        let version = db.edit_order(&lin, made.id, made.version, &edit("note", "By sea")).await.unwrap();
        let now = db.order(&lin, made.number).await.unwrap();
        assert_eq!((now.data.status, now.data.note.as_str()), (OrderStatus::Delivered, "By sea"));
        let refused = refusal(db.edit_order(&lin, made.id, made.version, &edit("status", "cancelled")).await);
        let Failure::Conflict(conflict) = refused else { panic!("{refused:?}") };
        assert_eq!((conflict.version, conflict.fields[0].theirs.as_str()), (version, "delivered"));
        // Lines change as a whole, and against the same lines.
        let lines = |price: &str| read_order_lines(&[line("Valve", "3", price)], Currency::default()).unwrap();
        let version = db.set_order_lines(&wang, made.id, version, &lines("7")).await.unwrap();
        assert_eq!(adds_up(&db, &lin, made.number).await, 2_100);
        assert_eq!(db.set_order_lines(&lin, made.id, made.version, &lines("7")).await.unwrap(), version);
        let refused = refusal(db.set_order_lines(&lin, made.id, made.version, &lines("8")).await);
        assert!(matches!(refused, Failure::Conflict(_)), "{refused:?}");
        // In a currency without cents the figures stay.
        db.edit_order(&lin, made.id, version, &edit("currency", "JPY")).await.unwrap();
        assert_eq!(adds_up(&db, &lin, made.number).await, 21);
    }

    async fn what_a_customer_bought_adds_up_without_what_was_called_off(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let other = make(&db, &lin, &form("Other")).await;
        order(&db, &lin, &of(acme, "2026-11-03"), &[line("Valve", "2", "5")]).await;
        let second = order(&db, &lin, &of(acme, "2025-01-31"), &[line("Pump", "1", "25.01")]).await;
        let euro = OrderForm { currency: "EUR".to_owned(), ..of(acme, "2026-01-01") };
        order(&db, &lin, &euro, &[line("Hose", "1", "9")]).await;
        order(&db, &lin, &of(other, "2026-01-01"), &[line("Hose", "1", "9")]).await;
        let totals = |db: Db| async move {
            let said = |totals: OrderTotals| {
                let days = [totals.first, totals.last].map(|day| day.to_string());
                (totals.currency.code(), totals.count, totals.total_minor, totals.average_minor(), days)
            };
            db.order_totals(&root(), acme).await.unwrap().into_iter().map(said).collect::<Vec<_>>()
        };
        let days = |first: &str, last: &str| [first.to_owned(), last.to_owned()];
        let euros = ("EUR", 1, 900, 900, days("2026-01-01", "2026-01-01"));
        let both = ("CNY", 2, 3_501, 1_751, days("2025-01-31", "2026-11-03"));
        assert_eq!(totals(db.clone()).await, [both, euros.clone()]);
        let version = db.edit_order(&lin, second.id, second.version, &edit("status", "cancelled")).await.unwrap();
        let first = ("CNY", 1, 1_000, 1_000, days("2026-11-03", "2026-11-03"));
        assert_eq!(totals(db.clone()).await, [first.clone(), euros.clone()]);
        assert_eq!(numbers(&db, &lin, &with(acme)).await.len(), 3, "it is listed all the same");
        db.edit_order(&lin, second.id, version, &edit("status", "confirmed")).await.unwrap();
        db.delete_order(&lin, second.id, true).await.unwrap();
        assert_eq!(totals(db.clone()).await, [first, euros]);
        assert!(is_gone(&db, &lin, second.number).await);
        assert_eq!(refusal(db.delete_order(&lin, second.id, true).await), Failure::Gone);
        db.delete_order(&lin, second.id, false).await.unwrap();
        assert_eq!(db.order(&lin, second.number).await.unwrap().lines, second.lines);
        let cancelled = OrderRequest { status: Some(OrderStatus::Cancelled), ..OrderRequest::default() };
        assert!(numbers(&db, &lin, &cancelled).await.is_empty());
    }

    async fn the_list_goes_on_from_page_to_page_newest_day_first(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let lines: Vec<_> = (0..5).map(|place| line(&format!("Part {place}"), "1", "1")).collect();
        for place in 0..120 {
            let day = format!("2026-{:02}-{:02}", place % 12 + 1, place % 5 + 1);
            let status = OrderStatus::ALL[place % 4].code().to_owned();
            order(&db, &lin, &OrderForm { status, ..of(acme, &day) }, &lines[..=place % 5]).await;
        }
        for status in std::iter::once(None).chain(OrderStatus::ALL.iter().copied().map(Some)) {
            let mut after: Option<Cursor> = None;
            let mut all = Vec::new();
            loop {
                let request = OrderRequest { status, after, ..OrderRequest::default() };
                let page = db.order_page(&lin, &request).await.unwrap();
                all.extend(page.rows);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let request = OrderRequest { status, ..OrderRequest::default() };
            let count = db.order_count(&lin, &request, true).await.unwrap().number;
            assert_eq!(i64::try_from(all.len()).unwrap(), count);
            assert_eq!(all.len(), if status.is_none() { 120 } else { 30 });
            let keys: Vec<_> = all.iter().map(|row| (row.ordered_on, row.number)).collect();
            assert!(keys.is_sorted_by(|one, other| one > other), "{keys:?}");
            for row in &all {
                let shown = usize::try_from(row.line_count).unwrap().min(FIRST_LINES);
                assert_eq!(row.lines.len(), shown);
                assert_eq!(row.lines[0].name, "Part 0");
            }
        }
    }

    async fn orders_are_for_whoever_sees_their_customer_and_has_the_right(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let wang = someone(&db, "wang@example.com", Role::SalesRep).await;
        let agent = someone(&db, "agent@example.com", Role::ServiceAgent).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let made = order(&db, &lin, &of(acme, "2026-11-03"), &[line("Valve", "2", "5")]).await;
        let lines = read_order_lines(&[line("Valve", "3", "7")], Currency::default()).unwrap();
        // Somebody else's customer: not there at all.
        assert!(is_gone(&db, &wang, made.number).await);
        assert!(numbers(&db, &wang, &OrderRequest::default()).await.is_empty());
        assert!(numbers(&db, &wang, &with(acme)).await.is_empty());
        assert!(db.order_totals(&wang, acme).await.unwrap().is_empty());
        assert_eq!(refusal(db.edit_order(&wang, made.id, made.version, &edit("note", "x")).await), Failure::Gone);
        assert_eq!(refusal(db.set_order_lines(&wang, made.id, made.version, &lines).await), Failure::Gone);
        assert_eq!(refusal(db.delete_order(&wang, made.id, true).await), Failure::Gone);
        let draft = of(acme, "2026-11-03").parse(&[], Currency::default()).unwrap();
        let refused = refusal(db.create_order(&wang, operation(), &draft).await);
        assert!(matches!(refused, Failure::Invalid(errors) if errors.about("account") == Some(&FieldError::Unknown)));
        // Who helps customers looks and changes nothing.
        assert_eq!(numbers(&db, &agent, &with(acme)).await, [made.number]);
        assert_eq!(db.order(&agent, made.number).await.unwrap(), made);
        let denied = |action| Failure::Denied { action, object: Object::Order };
        assert_eq!(refusal(db.edit_order(&agent, made.id, made.version, &edit("note", "x")).await), denied(Action::Edit));
        assert_eq!(refusal(db.set_order_lines(&agent, made.id, made.version, &lines).await), denied(Action::Edit));
        assert_eq!(refusal(db.delete_order(&agent, made.id, true).await), denied(Action::Delete));
        assert_eq!(refusal(db.create_order(&agent, operation(), &draft).await), denied(Action::Create));
        // Without the right nobody sees one, whoever's customer it is.
        let rights = lin.rights.set(Object::Order, Action::View, Reach::None);
        let blind = Caller { rights, ..lin.clone() };
        assert_eq!(refusal(db.order(&blind, made.number).await), denied(Action::View));
        assert_eq!(refusal(db.order_page(&blind, &OrderRequest::default()).await), denied(Action::View));
        assert_eq!(refusal(db.order_totals(&blind, acme).await), denied(Action::View));
        assert_eq!(refusal(db.order_count(&blind, &with(acme), true).await), denied(Action::View));
        assert_eq!(db.order(&lin, made.number).await.unwrap(), made);
    }

    async fn orders_go_out_with_the_customers_that_may_go_out(db: Db) {
        let boss = someone(&db, "boss@example.com", Role::SalesManager).await;
        let lin = someone(&db, "lin@example.com", Role::SalesRep).await;
        let (acme, brook) = (make(&db, &boss, &form("Acme")).await, make(&db, &lin, &form("Brook")).await);
        let first = order(&db, &boss, &of(acme, "2026-11-03"), &[line("Valve", "2", "5"), line("Pump", "1", "7")]).await;
        let second = order(&db, &boss, &of(brook, "2026-11-04"), &[]).await;
        let gone = order(&db, &boss, &of(acme, "2026-11-05"), &[]).await;
        db.delete_order(&boss, gone.id, true).await.unwrap();
        let ids = [second.id, gone.id, first.id];
        assert_eq!(db.export_orders(&boss, &ids).await.unwrap(), [second.clone(), first]);
        assert!(db.export_orders(&boss, &[]).await.unwrap().is_empty());
        // As far as customers may go out, and no further.
        let may = |account, order| {
            let rights = lin.rights.set(Object::Account, Action::Export, account);
            Caller { rights: rights.set(Object::Order, Action::Export, order), ..lin.clone() }
        };
        let own = may(Reach::Own, Reach::All);
        assert_eq!(db.export_orders(&own, &ids).await.unwrap(), [second]);
        for (account, order, object) in [
            (Reach::Own, Reach::None, Object::Order),
            (Reach::None, Reach::All, Object::Account),
        ] {
            let refused = refusal(db.export_orders(&may(account, order), &ids).await);
            assert_eq!(refused, Failure::Denied { action: Action::Export, object });
        }
    }

    async fn orders_go_where_their_customer_goes(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Admin).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let twin = make(&db, &lin, &form("Acme Ltd")).await;
        let kept = order(&db, &lin, &of(acme, "2026-11-01"), &[line("Valve", "1", "5")]).await;
        let moved = order(&db, &lin, &of(twin, "2026-11-02"), &[line("Pump", "1", "7")]).await;
        // Merged into another, and split again.
        let both = [db.account(&lin, acme).await.unwrap(), db.account(&lin, twin).await.unwrap()];
        let merge = draft(&both[0], &[&both[1]]);
        let merge = db.merge(&lin, MergeKind::Accounts, &merge).await.unwrap();
        assert_eq!(numbers(&db, &lin, &with(acme)).await, [moved.number, kept.number]);
        // What came meanwhile stays where it was made.
        let late = order(&db, &lin, &of(acme, "2026-11-03"), &[]).await;
        db.split(&lin, MergeKind::Accounts, merge).await.unwrap();
        assert_eq!(numbers(&db, &lin, &with(acme)).await, [late.number, kept.number]);
        assert_eq!(numbers(&db, &lin, &with(twin)).await, [moved.number]);
        // In the bin with their customer, and back.
        let account = db.account(&lin, acme).await.unwrap();
        db.delete_accounts(&lin, &[account.id]).await.unwrap();
        assert!(is_gone(&db, &lin, kept.number).await);
        assert_eq!(numbers(&db, &lin, &OrderRequest::default()).await, [moved.number]);
        assert_eq!(refusal(db.edit_order(&lin, kept.id, kept.version, &edit("note", "x")).await), Failure::Gone);
        db.restore_accounts(&lin, &[account.id]).await.unwrap();
        assert_eq!(db.order(&lin, kept.number).await.unwrap().lines, kept.lines);
        // Erased with them: nothing of them stays, not in the trail either.
        db.delete_accounts(&lin, &[account.id]).await.unwrap();
        db.erase(&lin, BinKind::Accounts, account.id.0).await.unwrap();
        assert!(is_gone(&db, &lin, kept.number).await);
        let about = AuditRequest { object: Some(Object::Order), ..AuditRequest::default() };
        let lines = db.audit_page(&root(), &about, None, None, 50).await.unwrap().rows;
        let (gone, there): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.record.is_none());
        assert!(gone.len() == 2 && there.len() == 1, "{lines:?}");
        assert!(gone.iter().all(|line| matches!(line.values, LineValues::Erased(_))), "{gone:?}");
    }

    async fn what_was_taken_off_leaves_after_its_days(db: Db) {
        let lin = someone(&db, "lin@example.com", Role::Staff).await;
        let acme = make(&db, &lin, &form("Acme")).await;
        let made = order(&db, &lin, &of(acme, "2026-11-03"), &[line("Valve", "2", "5")]).await;
        db.delete_order(&lin, made.id, true).await.unwrap();
        let later = |days| Caller { now: NOW.plus(days * DAY), ..root() };
        assert_eq!(db.purge_bin(&later(29)).await.unwrap(), 0);
        assert_eq!(db.purge_bin(&later(31)).await.unwrap(), 1);
        assert_eq!(refusal(db.delete_order(&lin, made.id, false).await), Failure::Gone);
    }
}
