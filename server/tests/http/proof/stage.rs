//! What the changing requests are about, made for each of them anew, so that none finds what another left.

use super::{
    record::{Kept, keep, operation},
    request::{Body, Request},
    world::{acting, hire, root, session},
    writes::line,
};
use crate::{
    inventory::all,
    support::{Answer, Browser, function},
};
use domain::{
    id::{DepartmentId, ProductId, SessionId, UserId},
    import::{ImportNote, ImportState},
    money::Currency,
    policy::Role,
    product::ProductForm,
    user::UserDraft,
};
use serde_json::Value;
use server::inventory::Kind;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use store::Db;
use tokio::runtime::Runtime;

/// What the requests are about: made for each of them, so that none finds what another left.
pub struct Stage<'a> {
    pub runtime: &'a Runtime,
    pub db: &'a Db,
    /// Somebody who may do everything.
    pub admin: Browser,
    /// Who is in charge of what they are about.
    pub owner: UserId,
    /// Whose sessions they are about.
    pub session_of: UserId,
    /// Given where the password is asked for.
    pub password: &'static str,
    pub made: usize,
    /// What the last request is about.
    pub about: Vec<Kept>,
    /// What tells of everything that was made.
    pub canaries: HashSet<String>,
}

impl Stage<'_> {
    pub fn kept(&mut self, binned: bool) -> Kept {
        self.made += 1;
        let kept = self.runtime.block_on(keep(self.db, Some(self.owner), self.made, binned));
        self.canaries.extend(kept.canaries());
        self.about.push(kept.clone());
        kept
    }

    pub fn colleague(&mut self) -> UserId {
        self.made += 1;
        let name = format!("colleague {}", self.made);
        let department = self.department();
        self.runtime.block_on(hire(self.db, &name, vec![Role::Staff.into()], department))
    }

    /// Something to sell.
    pub fn product(&mut self) -> ProductId {
        self.made += 1;
        let typed = ProductForm {
            code: format!("X-{}", self.made),
            name: "Ventil".to_owned(),
            ..ProductForm::default()
        };
        let data = typed.parse(Currency::default()).unwrap();
        self.runtime.block_on(self.db.create_product(&root(), operation(), &data)).unwrap()
    }

    /// A browser that a colleague is signed in with.
    pub fn device(&mut self) -> SessionId {
        let user = self.colleague();
        self.runtime.block_on(async {
            session(self.db, &acting(user)).await;
            self.db.sessions_of(&root(), user).await.unwrap()[0].id
        })
    }

    pub fn department(&mut self) -> DepartmentId {
        self.made += 1;
        let name = format!("Part {}", self.made);
        let root = root();
        let made = self.db.put_department(&root, None, &name, None);
        self.runtime.block_on(made).unwrap()
    }

    pub fn import(&mut self) -> i64 {
        let (body, _) = line("/imports", self).unwrap();
        let answer = self.send("/imports", body);
        let (_, number) = answer.body.split_once("I-").unwrap();
        let number: String = number.chars().take_while(char::is_ascii_digit).collect();
        number.parse().unwrap()
    }

    /// Sends an entry as who may do everything.
    pub fn send(&mut self, path: &'static str, body: Body) -> Answer {
        let entry = all().find(|entry| entry.path == path).unwrap();
        let path = if entry.kind == Kind::Function { function(path) } else { path.to_owned() };
        let request = Request { entry, path, body, may: |_, _| true, notes: &[] };
        let answer = request.send(&mut self.admin);
        assert!(answer.status < 400, "{} {}", answer.status, answer.body);
        answer
    }

    /// The path of a link for somebody who is invited, or has to choose a new password.
    pub fn link(&mut self, path: &str) -> String {
        let root = root();
        if path.starts_with("/reset") {
            let user = self.colleague();
            return self.runtime.block_on(self.db.make_user_link(&root, user)).unwrap().path;
        }
        self.made += 1;
        let email = format!("awaited{}@house.example", self.made);
        let roles = vec![Role::Staff.into()];
        let draft =
            UserDraft { email_norm: email.clone(), email, name: "Awaited".to_owned(), roles };
        self.runtime.block_on(self.db.invite_user(&root, &draft)).unwrap().path
    }

    pub fn organisation(&mut self) -> String {
        let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        let answer = self.admin.ask("GET", &function("open_organisation"), &headers, b"");
        let screen: Value = serde_json::from_str(&answer.body).unwrap();
        screen["version"].to_string()
    }
}

/// Waits until the worker has nothing to do with imports.
pub fn wait_for_imports(runtime: &Runtime, db: &Db) {
    let end = Instant::now() + Duration::from_secs(20);
    let busy = || {
        let jobs = runtime.block_on(db.imports(&root(), None)).unwrap().rows;
        let mut states = jobs.iter().map(|job| (job.state, &job.note));
        states.any(|(state, note)| {
            state == ImportState::Running || *note == Some(ImportNote::Undoing)
        })
    };
    while busy() {
        assert!(Instant::now() < end, "an import does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}
