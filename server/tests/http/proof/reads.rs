//! How every reading entry of the inventory is asked, about records in general and about one record. An entry without
//! a line here fails the proof.

use super::{
    reads_deals::{FIRST_STAGE, dashboard_queries, deal_queries},
    reads_surveys::of_surveys,
    record::{COMMON, Kept},
    world::{DELETE, EXPORT, VIEW},
};
use crate::{
    inventory::all,
    support::{Answer, Browser, function},
};
use domain::{
    activity::DoneKind,
    hit::HitKind,
    id::UserId,
    list::{Filter, Sort},
    note::Subject,
    order::OrderStatus,
};
use serde_json::{Value, json};
use server::inventory::{Entry, Kind, Repeat};
use uuid::Uuid;

/// How much an answer has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Every live record in reach, and nothing else.
    Live,
    /// The same of deals, which are in reach by whoever is in charge of them alone.
    Deals,
    /// Every deal in reach that is in the bin, and nothing else.
    BinnedDeals,
    /// Every record in reach that is in the bin, and nothing else.
    Binned,
    /// Some of those in reach, in the bin or not.
    Kept,
    /// What happened, to whoever may see what the lines of the audit log say.
    Past,
    /// Some of the live ones in reach.
    Some,
    /// Some of the live deals in reach.
    SomeDeals,
}

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    pub entry: &'static Entry,
    pub path: String,
    body: Option<Value>,
    /// The right that has to reach a record for the answer to tell of it.
    pub right: usize,
    pub tells: Tells,
    /// Whether only a phone or an e-mail address leads to what it tells.
    pub by_contact: bool,
}

impl Question {
    /// All that is sent.
    pub fn asked(&self) -> String {
        format!("{}{}", self.path, self.body.as_ref().map(Value::to_string).unwrap_or_default())
    }

    /// Asks it as the screens do.
    pub fn ask(&self, browser: &mut Browser) -> Answer {
        let accept = match self.entry.kind {
            Kind::Function => "application/json",
            _ => "text/html",
        };
        let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
        match &self.body {
            Some(body) => browser.call(self.entry.path, &body.to_string()),
            None => browser.ask("GET", &self.path, &headers, b""),
        }
    }
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    crate::support::form(&[("", text)])[1..].to_owned()
}

/// What is typed to find something; no mark of a record stands in it.
const WORDS: [&str; 12] = [
    COMMON, "精密", "仪器", "huique", "hq", "kanari", "2222", "3333", "office", "经理", "C-1",
    "P-1",
];

/// Those of them that stand in phones and e-mail addresses alone.
const OF_CONTACTS: [&str; 3] = ["2222", "3333", "office"];

/// Whether such a word, or a whole phone, is all that is asked by.
fn leads_by_a_contact(asked: &str) -> bool {
    let ends = |word: &str| ["=", "%3D"].iter().any(|is| asked.ends_with(&format!("{is}{word}")));
    let phones = [("1390", "2222"), ("1380", "3333")];
    let has_phone = phones.iter().any(|(start, end)| {
        let mut places = asked.match_indices(start);
        places.any(|(at, _)| asked.get(at + 7..at + 11) == Some(end))
    });
    has_phone || OF_CONTACTS.into_iter().any(ends)
}

fn word_queries(tabs: &[&str]) -> Vec<String> {
    let typed = WORDS.iter().map(|word| format!("q={}", encoded(word)));
    typed.flat_map(|query| tabs.iter().map(move |tab| format!("tab={tab}&{query}"))).collect()
}

/// What is typed, asked of one kind of record alone.
fn found_alone(kind: HitKind, typed: &str) -> String {
    // The word last: so it is seen that it is of a phone.
    format!("only={}&typed={}", kind.code(), encoded(typed))
}

/// What may be told of a kind: a deal is in reach by whoever is in charge of it alone.
fn tells_found(kind: HitKind) -> Tells {
    if kind == HitKind::Opportunity { Tells::SomeDeals } else { Tells::Some }
}

/// Queries of lists: every order, filter and word.
fn list_queries(tabs: &[&str]) -> Vec<String> {
    let sorts = Sort::ALL
        .iter()
        .flat_map(|sort| ["", "-"].map(|sign| format!("sort={sign}{}", sort.code())));
    let filters = Filter::ALL.iter().map(|filter| format!("filter={}", filter.code()));
    sorts.chain(filters).chain(word_queries(tabs)).collect()
}

const CUSTOMERS: &[&str] = &["companies", "individuals"];
const EVERY_TAB: &[&str] = &["companies", "individuals", "people"];

/// Collects questions for one entry.
pub(super) struct Asking(Vec<Question>, pub(super) &'static Entry);

impl Asking {
    fn put(&mut self, path: String, body: Option<Value>, right: usize, tells: Tells) {
        let mut question = Question { entry: self.1, path, body, right, tells, by_contact: false };
        question.by_contact = leads_by_a_contact(&question.asked());
        self.0.push(question);
    }

    /// With arguments or a query in the address.
    pub(super) fn get(&mut self, query: &str) {
        self.exactly(query, VIEW, Tells::Some);
    }

    /// The same where it is known what it tells.
    fn exactly(&mut self, query: &str, right: usize, tells: Tells) {
        let path = match self.1.kind {
            Kind::Function => function(self.1.path),
            _ => self.1.path.to_owned(),
        };
        let path = if query.is_empty() { path } else { format!("{path}?{query}") };
        self.put(path, None, right, tells);
    }

    /// At a path of its own.
    pub(super) fn at(&mut self, path: String) {
        self.put(path, None, VIEW, Tells::Some);
    }

    pub(super) fn post(&mut self, body: Value) {
        self.put(function(self.1.path), Some(body), VIEW, Tells::Some);
    }
}

/// What is asked without naming a record. Answers whether the entry has a line.
fn in_general(ask: &mut Asking, colleague: UserId) -> bool {
    let all = "tab=companies";
    match ask.1.path {
        "list_accounts" => {
            ask.exactly("query=", VIEW, Tells::Live);
            for query in list_queries(CUSTOMERS) {
                ask.get(&format!("query={}", encoded(&query)));
            }
        }
        "list_people" => {
            ask.exactly("query=tab%3Dpeople", VIEW, Tells::Live);
            for query in list_queries(&["people"]) {
                ask.get(&format!("query={}", encoded(&format!("tab=people&{query}"))));
            }
        }
        "count_list" => {
            // Numbers tell of records only by how many they are; that is compared besides.
            for query in list_queries(&["companies"]) {
                ask.get(&format!("query={}&exact=true", encoded(&query)));
            }
        }
        "loosen_list" => {
            for query in word_queries(&["companies", "people"]) {
                ask.get(&format!("query={}", encoded(&format!("filter=vip&{query}"))));
            }
        }
        "tags_like" => {
            for word in WORDS {
                ask.exactly(&format!("typed={}", encoded(word)), VIEW, Tells::Kept);
            }
        }
        // The manual is the same for everybody.
        "find_help" => {
            for word in [COMMON, "kanari", "C-1"] {
                ask.get(&format!("typed={}", encoded(word)));
            }
        }
        "find" => {
            for word in WORDS.into_iter().chain(["续约", "投诉", "D-1", "O-1", "F-1", "#1"]) {
                ask.get(&format!("typed={}", encoded(word)));
                for kind in HitKind::ALL {
                    ask.exactly(&found_alone(*kind, word), VIEW, tells_found(*kind));
                }
            }
        }
        "open_board" | "board_sums" => {
            let tells = if ask.1.path == "open_board" { Tells::Deals } else { Tells::Some };
            ask.exactly("query=", VIEW, tells);
            ask.get("query=filter%3Dunassigned");
            ask.get(&format!("query=owner%3D{colleague}"));
        }
        "open_dashboard" => {
            for query in dashboard_queries() {
                ask.get(&format!("query={}", encoded(&query)));
            }
        }
        "/dashboard" => {
            for query in dashboard_queries() {
                ask.get(&query);
            }
        }
        "board_cards" => {
            ask.exactly(&format!("query=&stage={FIRST_STAGE}&after="), VIEW, Tells::Deals);
        }
        "list_opportunities" => {
            ask.exactly("query=", VIEW, Tells::Deals);
            for query in deal_queries() {
                ask.get(&format!("query={}", encoded(&query)));
            }
        }
        "count_opportunities" => ask.get("query=state%3Dall&exact=true"),
        "list_done" => {
            ask.exactly("query=", VIEW, Tells::Some);
            for kind in DoneKind::all() {
                ask.get(&format!("query=kind%3D{}", kind.code()));
            }
            ask.get(&format!("query=who%3D{colleague}"));
        }
        "count_done" => ask.get("query=&exact=true"),
        "/activities" => {
            ask.get("");
            ask.get("kind=note");
        }
        "list_orders" => {
            ask.exactly("query=", VIEW, Tells::Live);
            for status in OrderStatus::ALL {
                ask.get(&format!("query=status%3D{}", status.code()));
            }
        }
        "count_orders" => ask.get("query=&exact=true"),
        "/orders" => {
            ask.exactly("", VIEW, Tells::Live);
            ask.get("status=confirmed");
        }
        "list_cases" => {
            for query in ["", "state=all", "sort=newest"] {
                ask.exactly(&format!("query={}", encoded(query)), VIEW, Tells::Live);
            }
            for query in ["state=done", "whose=nobody", "overdue=1", "kind=complaint"] {
                ask.get(&format!("query={}", encoded(query)));
            }
            ask.get(&format!("query=state%3Dall%26owner%3D{colleague}"));
        }
        "count_cases" => ask.get("query=&exact=true"),
        "/feedback" => {
            ask.exactly("", VIEW, Tells::Live);
            ask.get("state=all");
        }
        "/pipeline" | "/deals" => {
            ask.exactly("", VIEW, Tells::Deals);
            ask.get("filter=stalled");
        }
        "list_bin" => {
            ask.exactly("kind=accounts&after=", DELETE, Tells::Binned);
            ask.exactly("kind=people&after=", DELETE, Tells::Binned);
            ask.exactly("kind=opportunities&after=", DELETE, Tells::BinnedDeals);
            // Their customers are in the bin as well: a case is reached by who is in charge of it, an order by nobody.
            ask.exactly("kind=cases&after=", DELETE, Tells::BinnedDeals);
            ask.get("kind=orders&after=");
        }
        "/bin" => {
            for query in ["tab=companies", "tab=people"] {
                ask.exactly(query, DELETE, Tells::Binned);
            }
            // Whoever deletes no deals is shown the first kind they do delete.
            ask.exactly("tab=opportunities", DELETE, Tells::Kept);
        }
        "/export/customers" | "/export/people" => {
            for query in ["", "encoding=gb18030", "tab=people", "sort=-created", "format=xlsx"] {
                ask.exactly(query, EXPORT, Tells::Live);
            }
            for word in WORDS {
                ask.exactly(&format!("q={}", encoded(word)), EXPORT, Tells::Some);
                ask.exactly(&format!("format=xlsx&q={}", encoded(word)), EXPORT, Tells::Some);
            }
        }
        "/export/orders" => {
            for query in ["", "status=confirmed", "encoding=gb18030", "format=xlsx"] {
                let tells = if query.starts_with("status") { Tells::Some } else { Tells::Live };
                ask.exactly(query, EXPORT, tells);
            }
        }
        "/export/feedback" => {
            for query in ["state=all", "", "state=all&encoding=gb18030", "state=all&format=xlsx"] {
                // The right over cases may reach less far than that over customers.
                ask.exactly(query, EXPORT, Tells::Some);
            }
        }
        "/export/deals" => {
            for query in ["", "state=all&encoding=gb18030", "state=all&format=xlsx"] {
                ask.exactly(query, EXPORT, Tells::Deals);
            }
        }
        "read_audit" => {
            for query in ["query=", "query=object%3Daccount", "query=object%3Dperson"] {
                ask.exactly(query, VIEW, Tells::Past);
            }
        }
        "/export/audit" | "/admin/audit" => {
            for query in ["", "object=account", "event=created"] {
                ask.exactly(query, VIEW, Tells::Past);
            }
        }
        "/customers" => {
            for query in [all, "tab=people", "tab=individuals", "sort=-created", "filter=mine"] {
                ask.get(query);
            }
            for query in word_queries(EVERY_TAB).iter().step_by(4) {
                ask.get(query);
            }
        }
        "help_article" => ask.get("topic=customers"),
        "list_imports" => ask.get(""),
        "open_import" => {
            for step in ["map", "check", "duplicates", "run", "running"] {
                ask.get(&format!("number=1&step={step}"));
            }
        }
        "import_progress" => ask.get("number=1"),
        "/import/{number}" => {
            for step in ["", "?step=map", "?step=check", "?step=duplicates", "?step=run"] {
                ask.at(format!("/import/I-1{step}"));
            }
        }
        "/imports/{number}/remarks" => ask.at("/imports/I-1/remarks".to_owned()),
        "/imports/{number}/mapping" => ask.at("/imports/I-1/mapping".to_owned()),
        "/help/{topic}" => ask.at("/help/customers".to_owned()),
        "/invite/{secret}" => ask.at(format!("/invite/{}", "0".repeat(64))),
        "/reset/{secret}" => ask.at(format!("/reset/{}", "0".repeat(64))),
        "/"
        | "/customers/new"
        | "/people/new"
        | "/deals/new"
        | "/orders/new"
        | "/feedback/new"
        | "/import"
        | "/profile"
        | "/more"
        | "/help"
        | "/dev/gallery"
        | "/admin/users"
        | "/admin/roles"
        | "/admin/structure"
        | "/admin/organisation"
        | "/admin/service"
        | "/admin/replies"
        | "/admin/shares"
        | "/admin/pipelines"
        | "/admin/sign-in"
        | "/admin/status"
        | "/livez"
        | "/readyz"
        | "/login"
        | "/login/code"
        | "/login/provider"
        | "/confirm"
        | "/second-step"
        | "/passkeys"
        | "/setup"
        | "/setup/organisation"
        | "/setup/data"
        | "/imports/template"
        | "home"
        | "my_day"
        | "open_glance"
        | "list_notifications"
        | "unread_notifications"
        | "list_pipelines"
        | "/products"
        | "open_profile"
        | "list_users"
        | "list_roles"
        | "open_structure"
        | "open_organisation"
        | "open_service"
        | "open_replies"
        | "list_replies"
        | "case_categories"
        | "open_sign_in"
        | "system_status" => ask.get(""),
        "list_products" => ask.get("archived=false&after="),
        "find_products" => ask.get("typed=x"),
        "list_shares" => ask.get("after="),
        "devices_of" => ask.get(&format!("user={colleague}")),
        "holdings_of" => ask.post(json!({ "id": colleague })),
        "test_provider" => ask.post(json!({ "form": {} })),
        _ => return of_surveys(ask),
    }
    true
}

/// The numbers that lead to a record of each kind.
fn numbers_of(kept: &Kept) -> [(HitKind, String); 5] {
    [
        (HitKind::Account, kept.number.to_string()),
        (HitKind::Person, kept.person_number.to_string()),
        (HitKind::Opportunity, kept.deal_number.to_string()),
        (HitKind::Order, kept.order_number.to_string()),
        (HitKind::Case, kept.case_number.to_string()),
    ]
}

/// What is asked about one record. Answers whether the entry has a line.
fn about(ask: &mut Asking, kept: &Kept) -> bool {
    let subjects = [
        Subject::Account(kept.account),
        Subject::Person(kept.person),
        Subject::Opportunity(kept.deal),
    ];
    let name = format!("{COMMON}{}精密仪器有限公司", kept.mark);
    match ask.1.path {
        "open_account" => {
            ask.exactly(&format!("number={}", kept.number), VIEW, Tells::Live);
        }
        "open_person" => {
            ask.exactly(&format!("number={}", kept.person_number), VIEW, Tells::Live);
        }
        "open_opportunity" => {
            ask.exactly(&format!("number={}", kept.deal_number), VIEW, Tells::Deals);
        }
        "/deals/{number}" => ask.at(format!("/deals/{}", kept.deal_number)),
        "/deals/new" => ask.get(&format!("account={}", kept.number)),
        "open_order" => {
            ask.exactly(&format!("number={}", kept.order_number), VIEW, Tells::Live);
        }
        "/orders/{number}" => ask.at(format!("/orders/{}", kept.order_number)),
        "/orders/new" => {
            ask.get(&format!("account={}", kept.number));
            ask.get(&format!("deal={}", kept.deal_number));
        }
        "surveys_of_account" => ask.get(&format!("account={}", kept.number)),
        "list_orders" | "count_orders" => {
            for query in [format!("account={}", kept.number), format!("deal={}", kept.deal_number)]
            {
                ask.get(&format!("query={}&exact=true", encoded(&query)));
            }
        }
        "open_case" => {
            ask.exactly(&format!("number={}", kept.case_number), VIEW, Tells::Live);
        }
        "older_case_messages" => {
            let place = json!({ "at": i64::MAX, "id": Uuid::max() });
            ask.post(json!({ "number": kept.case_number, "before": place }));
        }
        "/feedback/{number}" => ask.at(format!("/feedback/{}", kept.case_number)),
        "/feedback/new" => {
            ask.get(&format!("account={}", kept.number));
            ask.get(&format!("person={}", kept.person_number));
        }
        "list_cases" | "count_cases" => {
            for query in
                [format!("account={}", kept.number), format!("person={}", kept.person_number)]
            {
                ask.get(&format!("query={}&exact=true", encoded(&query)));
            }
        }
        "list_opportunities" => {
            let query = format!("state=all&account={}", kept.number);
            ask.get(&format!("query={}", encoded(&query)));
        }
        "/customers/{number}" => ask.at(format!("/customers/{}", kept.number)),
        "/customers/merge" | "open_merge" => {
            ask.get(&format!("records={}", kept.number));
            ask.get(&format!("records={}", kept.person_number));
        }
        "/people/merge" => ask.get(&format!("records={}", kept.person_number)),
        "/people/{number}" => ask.at(format!("/people/{}", kept.person_number)),
        "/people/new" => ask.get(&format!("account={}", kept.number)),
        "read_timeline" => {
            for subject in subjects {
                ask.post(json!({ "subject": subject, "after": null }));
            }
        }
        "who_sees" | "read_shares" => {
            for subject in subjects {
                ask.post(json!({ "subject": subject }));
            }
        }
        "explain_record" => {
            for typed in [kept.number.to_string(), kept.person_number.to_string(), name] {
                // Whoever is in charge of it, as far as somebody is.
                let user = kept.owners.first().copied().flatten().unwrap_or(UserId(Uuid::nil()));
                // Whoever asks may look into the bin, too.
                let body = json!({ "user": user, "typed": typed });
                ask.put(function(ask.1.path), Some(body), VIEW, Tells::Kept);
            }
        }
        "find_duplicates" => {
            for (is_person, name, phone) in [
                (false, name.as_str(), ""),
                (false, "", kept.phone.as_str()),
                (true, &name[..COMMON.len() + kept.mark.len()], ""),
                (true, "", &kept.mobile),
            ] {
                let phones: Vec<&str> = [phone].into_iter().filter(|p| !p.is_empty()).collect();
                ask.post(json!({ "probe": {
                    "name": name, "phones": phones, "emails": [], "credit_code": "",
                    "except": "", "is_person": is_person,
                } }));
            }
        }
        "list_accounts" | "list_people" => {
            let tag = format!("tag={}", encoded(&format!("{COMMON}{}", kept.mark)));
            for query in [tag, format!("q={}", kept.phone), format!("q={}", kept.mobile)] {
                ask.get(&format!("query={}", encoded(&query)));
            }
        }
        "recall" => {
            let numbers = numbers_of(kept).map(|(_, number)| number);
            ask.get(&format!("numbers={}", numbers.join("+")));
        }
        "find" => {
            ask.get(&format!("typed={}", kept.phone));
            for (kind, number) in numbers_of(kept) {
                ask.get(&format!("typed={number}"));
                ask.exactly(&found_alone(kind, &format!("#{number}")), VIEW, tells_found(kind));
            }
        }
        _ => return false,
    }
    true
}

/// Every entry that reads: what changes nothing when it comes twice. A stream does not end and answers no question; what
/// it tells whom is shown beside (`events.rs`).
fn entries() -> impl Iterator<Item = &'static Entry> {
    all().filter(|entry| entry.repeat == Repeat::Reads && entry.kind != Kind::Stream)
}

/// Every question that names no record; `colleague` keeps some.
pub fn general(colleague: UserId) -> Vec<Question> {
    let mut questions = Vec::new();
    for entry in entries() {
        let mut ask = Asking(Vec::new(), entry);
        let known = in_general(&mut ask, colleague)
            | about(&mut Asking(Vec::new(), entry), &Kept::unknown());
        assert!(known, "{} {}: say how it is asked", entry.method, entry.path);
        questions.append(&mut ask.0);
    }
    questions
}

/// Every question about a record; of two records in the same order.
pub fn of_record(kept: &Kept) -> Vec<Question> {
    let mut questions = Vec::new();
    for entry in entries() {
        let mut ask = Asking(Vec::new(), entry);
        about(&mut ask, kept);
        questions.append(&mut ask.0);
    }
    questions
}
