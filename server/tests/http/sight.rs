//! What a rep is told of a colleague's customer, by every read of the inventory and every screen: nothing.

use crate::support::{Browser, PASSWORD, Place, Server, form, function};
use domain::{
    id::{AccountId, PersonId},
    note::Subject,
    policy::{Object, Role},
};
use serde_json::{Value, json};
use server::inventory::{FUNCTIONS, Kind, Permission, Repeat, SCREENS};
use std::process::Stdio;

/// Stands in every text of the customer, and in nothing that is asked.
const SECRET: &str = "Kanarienvogel";
const PHONE: &str = "13911112222";

/// A question: the entry of the inventory, the path, and the body of those that are posted.
struct Question {
    entry: &'static str,
    path: String,
    body: Option<Value>,
}

fn hire(server: &Server, place: &Place, email: &str, role: Role) -> Browser {
    use std::io::Write;
    let mut add = place.command(&["user", "add", "--email", email, "--role", role.code()]);
    let mut add = add.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(add.wait().unwrap().success());
    server.sign_in(email)
}

/// Posts a form to a server function and reads its answer.
fn send(browser: &mut Browser, name: &str, fields: &[(&str, &str)]) -> Value {
    let operation = uuid::Uuid::now_v7().to_string();
    let mut all = vec![("operation", operation.as_str())];
    all.extend(fields);
    let headers =
        [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
    let answer = browser.ask("POST", &function(name), &headers, form(&all).as_bytes());
    assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn read(browser: &mut Browser, path: &str) -> Value {
    let answer = browser.ask("GET", path, &[("sec-fetch-site", "same-origin")], b"");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// A customer with a contact person and a note, kept by whoever `browser` is signed in as; the ids of the two.
fn keep(browser: &mut Browser) -> [Value; 2] {
    let account = [
        ("form[name]", format!("灰雀{SECRET}精密仪器有限公司")),
        ("form[kind]", "company".to_owned()),
        ("form[phone]", PHONE.to_owned()),
        ("form[street]", format!("{SECRET}路 1 号")),
        ("form[tags]", format!("灰雀{SECRET}")),
        ("form[remark]", SECRET.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = account.iter().map(|(name, value)| (*name, &**value)).collect();
    send(browser, "create_account", &fields);
    let name = format!("灰雀{SECRET}");
    let person =
        [("form[full_name]", name.as_str()), ("form[account]", "C-1"), ("form[title]", SECRET)];
    send(browser, "create_person", &person);
    let account = read(browser, &format!("{}?number=C-1", function("open_account")));
    let person = read(browser, &format!("{}?number=P-1", function("open_person")));
    let ids = [account["account"]["id"].clone(), person["person"]["id"].clone()];
    let id = ids[0].as_str().unwrap();
    let note = [("subject_kind", "account"), ("subject_id", id), ("body", SECRET)];
    send(browser, "add_note", &note);
    ids
}

/// Everything that can be asked about customers.
fn questions([account, person]: &[Value; 2]) -> Vec<Question> {
    let mut all = Vec::new();
    let mut function_of = |entry: &'static str, query: &str| {
        let path = format!("{}?{query}", function(entry));
        all.push(Question { entry, path, body: None });
    };
    // As in an address: `q=灰雀`, once more encoded where it is an argument.
    let words = ["%E7%81%B0%E9%9B%80", "huique", "hq", "2222", PHONE, "C-1", "P-1"];
    let lists = ["list_accounts", "list_people", "loosen_list", "count_list"];
    for list in lists {
        let exact = if list == "count_list" { "&exact=true" } else { "" };
        for query in ["", "tab=people", "sort=created", "sort=-value", "filter=vip"] {
            let query = query.replace('=', "%3D");
            function_of(list, &format!("query={query}{exact}"));
        }
        for word in words {
            let word = word.replace('%', "%25");
            for tab in ["companies", "people"] {
                function_of(list, &format!("query=tab%3D{tab}%26q%3D{word}{exact}"));
            }
        }
    }
    for word in words {
        function_of("find", &format!("typed={word}"));
        function_of("tags_like", &format!("typed={word}"));
    }
    function_of("tags_like", "typed=");
    function_of("home", "");
    function_of("open_account", "number=C-1");
    function_of("open_person", "number=P-1");
    for kind in ["accounts", "people"] {
        function_of("list_bin", &format!("kind={kind}&after="));
    }
    let mut posted = |entry: &'static str, body: Value| {
        all.push(Question { entry, path: function(entry), body: Some(body) });
    };
    let id = |value: &Value| value.as_str().unwrap().parse().unwrap();
    for subject in [Subject::Account(AccountId(id(account))), Subject::Person(PersonId(id(person)))]
    {
        posted("read_timeline", json!({ "subject": subject, "after": null }));
        posted("read_shares", json!({ "subject": subject }));
    }
    for is_person in [false, true] {
        let probe = json!({ "name": "灰雀", "phones": [PHONE], "emails": [], "credit_code": "",
            "except": "", "is_person": is_person });
        posted("find_duplicates", json!({ "probe": probe }));
    }
    let screens = [
        ("/", "/"),
        ("/customers", "/customers"),
        ("/customers", "/customers?q=%E7%81%B0%E9%9B%80"),
        ("/customers", "/customers?tab=people"),
        ("/customers", "/customers?filter=shared"),
        ("/customers", "/customers?tab=people&q=2222"),
        ("/customers/new", "/customers/new?name=%E7%81%B0%E9%9B%80"),
        ("/customers/{number}", "/customers/C-1"),
        ("/people/new", "/people/new?account=C-1"),
        ("/people/{number}", "/people/P-1"),
        ("/bin", "/bin"),
        ("/bin", "/bin?tab=people"),
        ("/profile", "/profile"),
        ("/more", "/more"),
    ];
    all.extend(screens.map(|(entry, path)| Question { entry, path: path.to_owned(), body: None }));
    all
}

fn ask(browser: &mut Browser, question: &Question) -> String {
    let Question { entry, path, body } = question;
    let answer = match body {
        Some(body) => browser.call(entry, &body.to_string()),
        None if entry.starts_with('/') => browser.get(path),
        None => browser.ask("GET", path, &[("sec-fetch-site", "same-origin")], b""),
    };
    assert!([200, 404].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
    answer.body
}

#[test]
fn a_rep_is_told_nothing_of_a_colleagues_customer() {
    for place in Place::both() {
        let server = Server::start(&place);
        server.set_up();
        let mut colleague = hire(&server, &place, "keeper@example.com", Role::SalesRep);
        let mut rep = hire(&server, &place, "rep@example.com", Role::SalesRep);
        let ids = keep(&mut colleague);
        let questions = questions(&ids);
        let mut telling = 0;
        for question in &questions {
            let told = ask(&mut rep, question);
            assert!(!told.contains(SECRET), "{}: {told}", question.path);
            assert!(!told.contains(PHONE) || question.path.contains(PHONE), "{}", question.path);
            telling += usize::from(ask(&mut colleague, question).contains(SECRET));
        }
        // The questions are good: whoever keeps the customer is told by nearly all but those that only count.
        assert!(telling > 50, "{telling} of {}", questions.len());
    }
}

/// A read of customers that is added has to be asked here too.
#[test]
fn every_read_of_customers_is_among_the_questions() {
    let nobody = json!(uuid::Uuid::nil());
    let asked = questions(&[nobody.clone(), nobody]);
    let about_customers = [Object::Account, Object::Person, Object::Activity];
    for entry in FUNCTIONS.iter().chain(SCREENS) {
        let wanted = match entry.permission {
            Permission::May(_, object) => {
                entry.kind == Kind::Function
                    && entry.repeat == Repeat::Reads
                    && about_customers.contains(&object)
            }
            Permission::SignedIn => {
                entry.kind == Kind::Screen
                    && !["/help", "/dev"].iter().any(|at| entry.path.starts_with(at))
            }
            Permission::Public | Permission::Secret | Permission::Own => false,
        };
        let there = asked.iter().any(|question| question.entry == entry.path);
        assert!(there || !wanted, "{} is not asked", entry.path);
    }
}

#[test]
fn a_rep_is_told_of_what_is_shared_and_only_as_long_as_it_is() {
    for place in Place::both() {
        let server = Server::start(&place);
        let mut admin = server.set_up();
        let mut owner = hire(&server, &place, "keeper@example.com", Role::SalesRep);
        let mut rep = hire(&server, &place, "rep@example.com", Role::SalesRep);
        let [account, _] = keep(&mut owner);
        let subject = Subject::Account(AccountId(account.as_str().unwrap().parse().unwrap()));
        let open = format!("{}?number=C-1", function("open_account"));
        let headers = [("sec-fetch-site", "same-origin")];
        assert_eq!(rep.ask("GET", &open, &headers, b"").status, 404);

        let users = read(&mut admin, &function("list_users"))["users"].clone();
        let colleague =
            users.as_array().unwrap().iter().find(|user| user["email"] == "rep@example.com");
        let id = colleague.unwrap()["id"].as_str().unwrap().to_owned();
        let asked = owner.call("read_shares", &json!({ "subject": subject }).to_string());
        assert!(asked.body.contains(&id), "{}", asked.body);
        let form = |until: &str| {
            let form = json!({ "with": format!("user:{id}"), "level": "see", "until": until });
            json!({ "subject": subject, "form": form }).to_string()
        };
        let refused = owner.call("share_record", &form("2020-01-01"));
        assert_eq!(
            (refused.status, refused.body.contains("past")),
            (422, true),
            "{}",
            refused.body
        );
        assert_eq!(
            rep.call("share_record", &form("")).status,
            404,
            "what is not seen is not shared"
        );
        let shared = owner.call("share_record", &form("2999-12-31"));
        assert_eq!(shared.status, 200, "{}", shared.body);
        let share = serde_json::from_str::<Value>(&shared.body).unwrap()["shares"][0].clone();
        assert_eq!(
            (&share["name"], &share["end"]["day"]),
            (&json!("rep@example.com"), &json!("2999-12-31"))
        );

        let screen = read(&mut rep, &open);
        assert_eq!(screen["rights"]["edit"], false);
        assert_eq!(screen["rights"]["share"], Value::Null);
        assert_eq!(screen["rights"]["shares"], 1);
        let list = read(&mut rep, &format!("{}?query=filter%3Dshared", function("list_accounts")));
        assert_eq!(list["rows"].as_array().unwrap().len(), 1);
        assert_eq!(
            rep.call("share_record", &form("")).status,
            403,
            "a share is not one's own to give"
        );
        let unshare = json!({ "id": share["id"] }).to_string();
        assert_eq!(rep.call("unshare", &unshare).status, 403);
        assert_eq!(rep.get("/admin/shares").status, 403);
        let all = read(&mut admin, &format!("{}?after=", function("list_shares")));
        assert_eq!(all["rows"][0]["number"], "C-1");

        assert_eq!(owner.call("unshare", &unshare).status, 200);
        assert_eq!(owner.call("unshare", &unshare).status, 404);
        assert_eq!(rep.ask("GET", &open, &headers, b"").status, 404);
    }
}
