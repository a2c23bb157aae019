//! The public page of a survey, as a phone without scripts and as programs that mean no good see it.

use crate::support::{Answer, Browser, Place, Server, form, raw};
use domain::{
    id::{OperationId, SurveyNumber},
    policy::{Caller, Origin},
    survey::{AnswerValue, QuestionForm, ResponseRequest, Survey, SurveyForm, SurveyStatus},
    time::{Instant, ZoneOffsets},
};
use std::{collections::BTreeMap, path::Path, thread::sleep, time::Duration};
use store::Db;

/// Longer than anybody needs to be taken for a person.
const A_WHILE: Duration = Duration::from_millis(2_100);

fn root() -> Caller {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Caller::system(Instant(i64::try_from(now.as_millis()).unwrap()), Origin::CommandLine)
}

fn question(kind: &str) -> QuestionForm {
    QuestionForm {
        kind: kind.to_owned(),
        title_en: format!("Question {kind}"),
        title_zh: format!("问题 {kind}"),
        required: if kind == "nps" { "true".to_owned() } else { String::new() },
        ..QuestionForm::default()
    }
}

async fn open_survey(db: &Db) -> Survey {
    let typed = SurveyForm {
        kind: "nps".to_owned(),
        title_en: "How are we?".to_owned(),
        title_zh: "我们怎么样？".to_owned(),
        questions: ["nps", "text"].map(question).to_vec(),
        ..SurveyForm::default()
    };
    let draft = typed.parse().unwrap();
    let attempt = OperationId(uuid::Uuid::now_v7());
    let zone = ZoneOffsets::default();
    let number = db.put_survey(&root(), attempt, None, &draft, &zone).await.unwrap();
    let survey = db.survey(&root(), number).await.unwrap();
    let version = survey.version;
    db.set_survey_status(&root(), survey.id, version, SurveyStatus::Open).await.unwrap();
    db.survey(&root(), number).await.unwrap()
}

/// A server with an open survey, and the database beside it.
struct World {
    runtime: tokio::runtime::Runtime,
    db: Db,
    survey: Survey,
    server: Server,
}

impl World {
    fn new(place: &Place, flags: &[&str]) -> Self {
        let server = Server::start_with(place, flags);
        server.set_up();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let db = runtime.block_on(place.open());
        let survey = runtime.block_on(open_survey(&db));
        Self { runtime, db, survey, server }
    }

    fn path(&self) -> String {
        Survey::path(&self.survey.token)
    }

    /// Answers that count, and those that wait.
    fn counts(&self) -> (i64, i64) {
        let (root, zone) = (root(), ZoneOffsets::default());
        let results = self.db.survey_results(&root, self.survey.id, &zone);
        let results = self.runtime.block_on(results).unwrap();
        (results.answers, results.waiting)
    }
}

fn hidden(page: &Answer, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Sends what a page holds with `typed` on top.
fn send(browser: &mut Browser, path: &str, page: &Answer, typed: &[(&str, &str)]) -> Answer {
    let mut fields: BTreeMap<&str, String> =
        ["operation", "stamp"].map(|name| (name, hidden(page, name))).into();
    fields.extend(typed.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields)
}

#[test]
fn a_phone_answers_without_scripts_cookies_or_sign_in_and_a_page_that_is_opened_writes_nothing() {
    for place in Place::both() {
        let world = World::new(&place, &["--no-rate-limits"]);
        let path = world.path();
        let mut phone = world.server.browser();
        for (query, lang, title) in [
            ("?lang=en", "en", "How are we?"),
            ("?lang=zh", "zh-CN", "我们怎么样？"),
            ("?score=9", "en", "How are we?"),
        ] {
            let page = phone.get(&format!("{path}{query}"));
            assert_eq!(page.status, 200, "{}", page.body);
            assert!(page.body.len() <= 15 * 1024, "{} bytes", page.body.len());
            assert!(
                page.body.contains(&format!("<html lang=\"{lang}\"")) && page.body.contains(title)
            );
            assert!(!page.body.contains("<script") && page.all("set-cookie").is_empty());
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            assert_eq!(page.header("cache-control"), "no-store");
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        }
        assert!(
            phone.get(&format!("{path}?score=9")).body.contains("value=\"9\" required checked")
        );
        assert_eq!(world.counts(), (0, 0));
        let page = phone.get(&format!("{path}?lang=zh"));
        sleep(A_WHILE);
        let typed = [("q0", "9"), ("q1", "很好\r\n谢谢")];
        let done = send(&mut phone, &format!("{path}?lang=zh"), &page, &typed);
        assert_eq!((done.status, done.header("location")), (303, "/s/thanks?lang=zh-CN"));
        assert!(done.all("set-cookie").is_empty() && phone.cookies.is_empty());
        let again = send(&mut phone, &path, &page, &typed);
        assert_eq!(again.status, 303, "the same answer once more");
        assert_eq!(world.counts(), (1, 0));
        let thanks = phone.get("/s/thanks?lang=zh-CN");
        assert!(thanks.status == 200 && thanks.body.contains("谢谢"));
    }
}

#[test]
fn what_is_wrong_is_told_with_what_was_typed_and_what_is_odd_waits() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    let path = world.path();
    let mut phone = world.server.browser();
    let page = phone.get(&path);
    let hostile = "</textarea><script>alert(1)</script>";
    for score in ["", "11", "-1", "9.5", "x"] {
        let wrong = send(&mut phone, &path, &page, &[("q0", score), ("q1", hostile)]);
        assert_eq!(wrong.status, 422, "{score}");
        assert!(
            !wrong.body.contains("<script")
                && wrong.body.contains("&lt;/textarea&gt;&lt;script&gt;")
        );
    }
    let bare = phone.post(&path, &[("q0", "9")]);
    assert_eq!(bare.status, 422, "without the name of an attempt");
    let odd = phone.ask("POST", &path, &[("content-type", "text/plain")], b"q0=9");
    assert_eq!(odd.status, 415);
    assert_eq!(world.counts(), (0, 0));
    // Sooner than anybody reads; into a field that nobody sees; from a page that is not ours.
    assert_eq!(send(&mut phone, &path, &page, &[("q0", "9")]).status, 303);
    let page = phone.get(&path);
    sleep(A_WHILE);
    assert_eq!(send(&mut phone, &path, &page, &[("q0", "9"), ("website", "http://x")]).status, 303);
    let page = phone.get(&path);
    assert_eq!(send(&mut phone, &path, &page, &[("q0", "9"), ("stamp", "x")]).status, 303);
    assert_eq!(world.counts(), (0, 3));
}

#[test]
fn links_that_take_no_answers_look_the_same_whatever_the_reason() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    let closed = world.runtime.block_on(open_survey(&world.db));
    let root = root();
    let close = world.db.set_survey_status(&root, closed.id, closed.version, SurveyStatus::Closed);
    world.runtime.block_on(close).unwrap();
    let told: Vec<(u16, String)> =
        [Survey::path(&closed.token), Survey::path(&"0".repeat(32)), "/s/x".to_owned()]
            .iter()
            .flat_map(|path| {
                let mut phone = world.server.browser();
                let attempt = uuid::Uuid::now_v7().to_string();
                [phone.get(path), phone.post(path, &[("operation", &attempt), ("q0", "9")])]
            })
            .map(|answer| (answer.status, answer.body))
            .collect();
    assert_eq!(told[0].0, 404);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[test]
fn one_address_sends_so_many_and_the_rest_keep_what_was_typed() {
    let place = Place::sqlite();
    let world = World::new(&place, &[]);
    let path = world.path();
    let mut phone = world.server.browser();
    let page = phone.get(&path);
    let mut told = BTreeMap::new();
    for _ in 0..25 {
        let typed =
            [("q0", "9"), ("q1", "Kept here"), ("operation", &*uuid::Uuid::now_v7().to_string())];
        let answer = send(&mut phone, &path, &page, &typed);
        if answer.status == 429 {
            assert!(answer.body.contains("Kept here") && !answer.header("retry-after").is_empty());
        }
        *told.entry(answer.status).or_insert(0) += 1;
    }
    assert!(told.len() == 2 && told[&303] >= 18 && told[&429] >= 3, "{told:?}");
}

#[test]
fn one_address_looks_and_guesses_so_often() {
    let place = Place::sqlite();
    let world = World::new(&place, &[]);
    let mut phone = world.server.browser();
    let page = phone.get(&world.path());
    assert_eq!(page.status, 200);
    // How many pass before depends on how fast they come.
    let looked = (0..2_000).map(|_| phone.get(&world.path()));
    let refused = looked
        .inspect(|page| assert!([200, 429].contains(&page.status)))
        .find(|page| page.status == 429)
        .unwrap();
    assert!(!refused.header("retry-after").is_empty());
    // Guessed links too, whatever is sent to them.
    let guesses = (0..2_000_u128).map(|guess| {
        let path = format!("/s/{guess:032x}");
        let typed = [("operation", &*uuid::Uuid::now_v7().to_string())];
        send(&mut phone, &path, &page, &typed)
    });
    let refused = guesses
        .inspect(|answer| assert!([404, 429].contains(&answer.status)))
        .find(|answer| answer.status == 429)
        .unwrap();
    assert!(!refused.header("retry-after").is_empty());
}

#[test]
fn nonsense_from_many_places_keeps_nobody_out() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--trusted-proxy", "127.0.0.0/8"]);
    let path = world.path();
    let mut phone = world.server.browser();
    let page = phone.get(&path);
    // Above what one survey takes in a moment, were it counted.
    let operation = uuid::Uuid::now_v7().to_string();
    let nonsense = form(&[("q0", "eleven"), ("operation", &operation)]);
    for one in 0..250 {
        let address = format!("198.51.100.{one}");
        let headers =
            [("x-forwarded-for", &*address), ("content-type", "application/x-www-form-urlencoded")];
        let refused = world.server.browser().ask("POST", &path, &headers, nonsense.as_bytes());
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
    let typed = [("q0", "9"), ("operation", &*uuid::Uuid::now_v7().to_string())];
    assert_eq!(send(&mut phone, &path, &page, &typed).status, 303);
}

#[test]
fn a_body_ends_at_its_limit() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    for (size, fits) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        let request = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {size}\r\n\
             connection: close\r\n\r\n{}",
            world.path(),
            world.server.address,
            "a".repeat(size)
        );
        let answer = raw(world.server.address, request.as_bytes());
        assert_eq!(answer.status != 413, fits, "{size}: {}", answer.status);
    }
}

/// Every string of the list is text on the page and in the answers that colleagues read, to the letter.
#[test]
fn whatever_is_typed_is_text() {
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/hostile/blns.json");
    let listed: Vec<String> = match std::fs::read(listed) {
        Ok(list) => serde_json::from_slice(&list).unwrap(),
        Err(_) => {
            println!("the list of naughty strings: skipped, it is not there");
            Vec::new()
        }
    };
    let own = [
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "'; DROP TABLE survey; --",
        "\u{202e}abc",
    ];
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    let mut phone = world.server.browser();
    let page = phone.get(&world.path());
    sleep(A_WHILE);
    let mut sent = 0_i64;
    for text in listed.iter().map(String::as_str).chain(own) {
        let attempt = uuid::Uuid::now_v7().to_string();
        let typed = [("q0", "9"), ("q1", text), ("operation", &*attempt)];
        let answer = send(&mut phone, &world.path(), &page, &typed);
        let printable = !text.contains('\0');
        assert_eq!(answer.status, if printable { 303 } else { 422 }, "{text:?}");
        sent += i64::from(printable);
    }
    assert_eq!(world.counts(), (sent, 0));
}

#[test]
fn what_nobody_asked_for_is_not_taken() {
    for place in Place::both() {
        let world = World::new(&place, &["--no-rate-limits"]);
        let page = world.server.browser().get(&world.path());
        sleep(A_WHILE);
        let id = "0199dead-beef-7000-8000-000000000001";
        let foreign =
            ["id", "survey_id", "account_id", "person_id", "link_id", "answered_at", "owner_id"];
        let typed: Vec<(&str, &str)> =
            [("q0", "9"), ("state", "quarantined"), ("score", "1"), ("q7", id)]
                .into_iter()
                .chain(foreign.map(|name| (name, id)))
                .collect();
        let answer = send(&mut world.server.browser(), &world.path(), &page, &typed);
        assert_eq!((answer.status, world.counts()), (303, (1, 0)));
        let all =
            ResponseRequest { survey: Some(world.survey.number), ..ResponseRequest::default() };
        let root = root();
        let page = world.db.response_page(&root, &all);
        let response = world.runtime.block_on(page).unwrap().rows.remove(0);
        let answers: Vec<_> = response.answers.iter().map(|answer| &answer.value).collect();
        assert_eq!(answers, [&AnswerValue::Score(9)]);
        assert!(response.account.is_none() && response.id.to_string() != id);
    }
}

/// 20 % of what comes is malformed, sent twice or filled in by a program: each good answer counts once, none of the others.
#[test]
fn under_attack_each_good_answer_counts_once_and_none_of_the_bad() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    let page = world.server.browser().get(&world.path());
    sleep(A_WHILE);
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let (mut phone, path) = (world.server.browser(), world.path());
            let stamp = hidden(&page, "stamp");
            std::thread::spawn(move || {
                let mut good = 0_i64;
                for place in 0..50 {
                    let attempt = uuid::Uuid::now_v7().to_string();
                    let sent = [("operation", &*attempt), ("stamp", &*stamp), ("q0", "9")];
                    match place % 10 {
                        3 => {
                            let bad = form(&[("operation", &attempt), ("q0", "99")]);
                            let kind = [("content-type", "application/x-www-form-urlencoded")];
                            let answer = phone.ask("POST", &path, &kind, bad.as_bytes());
                            assert_eq!(answer.status, 422);
                        }
                        7 => {
                            for _ in 0..2 {
                                assert_eq!(phone.post(&path, &sent).status, 303);
                            }
                            good += 1;
                        }
                        _ => {
                            assert_eq!(phone.post(&path, &sent).status, 303);
                            good += 1;
                        }
                    }
                }
                good
            })
        })
        .collect();
    let good: i64 = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
    assert_eq!(world.counts(), (good, 0));
}

#[test]
fn colleagues_see_the_page_before_it_is_open_and_print_its_code() {
    let place = Place::sqlite();
    let world = World::new(&place, &["--no-rate-limits"]);
    let number: SurveyNumber = world.survey.number;
    let mut stranger = world.server.browser();
    for part in ["preview", "code", "poster"] {
        let answer = stranger.get(&format!("/surveys/{number}/{part}"));
        assert_eq!(answer.status, 303, "{part}");
    }
    let mut colleague = world.server.sign_in("lin@example.com");
    let preview = colleague.get(&format!("/surveys/{number}/preview"));
    assert!(preview.status == 200 && !preview.body.contains("name=\"operation\""));
    let code = colleague.get(&format!("/surveys/{number}/code"));
    assert_eq!(code.header("content-type"), "image/svg+xml");
    let poster = colleague.get(&format!("/surveys/{number}/poster"));
    assert!(poster.body.contains(&world.path()) && poster.body.contains("<svg"), "{}", poster.body);
    for page in
        [String::new(), format!("/{number}"), format!("/{number}/edit"), "/new?kind=nps".to_owned()]
    {
        let page = colleague.get(&format!("/surveys{page}"));
        assert_eq!(page.status, 200);
        assert!(page.body.contains("<h1"), "{}", page.body);
    }
}
