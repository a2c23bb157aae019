//! Every way in: each route and each server function with who may use it, how much it takes, how often it may be called and
//! what happens when it is called twice. What is not listed here has no way in; tests hold the list against the router and
//! the registered functions.

mod functions;

pub use functions::FUNCTIONS;

use crate::rates::Rate;
use domain::{
    import::MAX_BYTES,
    policy::{Action, Object},
    provider::RETURN_PATH,
};
use http::Method;
use std::collections::HashMap;

/// Who may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Anybody.
    Public,
    /// Whoever holds a secret that stands in the request, as the set-up link.
    Secret,
    /// Anybody signed in.
    SignedIn,
    /// Anybody signed in, for the own account alone; also who is held until a second step is set up.
    Own,
    /// Whoever the policy lets do this; the store asks again, on the record itself.
    May(Action, Object),
    /// Whoever the policy lets do this with customers, persons or deals: the store asks about the one that is meant.
    MayAny(Action),
    /// The same, asked of who is at the browser: it is there while they look as somebody else, too.
    Behind(Action, Object),
}

/// Whether it takes a fresh proof of who one is, see [`domain::policy::confirmed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreshProof {
    /// Ten minutes old at most.
    Needed,
    /// Being signed in is enough.
    NotNeeded,
}

/// What happens when it comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing.
    Reads,
    /// The second leaves things as the first did.
    Same,
    /// The second is known by its operation id and gets the answer of the first.
    Once,
    /// The second is refused: it names a version, a secret or a state that is past.
    Refused,
    /// Each counts, as tries to sign in do.
    Counts,
}

/// What it is, which decides how it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of the site, or the answer that there is none.
    File,
    /// A question of a machine: is it alive, is it ready.
    Probe,
    /// A page or form of the server itself, without WASM.
    Form,
    /// The same for whoever has its link: nobody is looked up, and no cookie read or set.
    Open,
    /// A screen.
    Screen,
    /// A server function.
    Function,
    /// A file in or out.
    Transfer,
    /// An answer that goes on as long as its page is open.
    Stream,
}

/// One way in.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// `GET` (also answers `HEAD`) or `POST`.
    pub method: &'static str,
    /// Path as the router matches it; for a function its name.
    pub path: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Who may use it.
    pub permission: Permission,
    /// Most bytes of a body.
    pub body: u64,
    /// How often.
    pub rate: Rate,
    /// What a second call does.
    pub repeat: Repeat,
    /// Whether it takes a fresh proof of who one is.
    pub proof: FreshProof,
}

impl Entry {
    /// The same for those who have just proved who they are.
    const fn fresh(self) -> Self {
        Self { proof: FreshProof::Needed, ..self }
    }

    /// The same for customers, persons and deals.
    const fn any(self) -> Self {
        match self.permission {
            Permission::May(action, _) => Self { permission: Permission::MayAny(action), ..self },
            _ => self,
        }
    }
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// Most bytes of a server function's arguments.
pub const FUNCTION_BODY: u64 = MIB;
/// Most bytes of a form that is open to everybody.
pub const FORM_BODY: u64 = 64 * KIB;

const fn screen(path: &'static str) -> Entry {
    Entry {
        method: "GET",
        path,
        kind: Kind::Screen,
        permission: Permission::SignedIn,
        body: 0,
        rate: Rate::Read,
        repeat: Repeat::Reads,
        proof: FreshProof::NotNeeded,
    }
}

const fn admin_screen(path: &'static str, action: Action, object: Object) -> Entry {
    Entry { permission: Permission::May(action, object), ..screen(path) }
}

const fn form(
    method: &'static str,
    path: &'static str,
    permission: Permission,
    rate: Rate,
    repeat: Repeat,
) -> Entry {
    let proof = FreshProof::NotNeeded;
    Entry { method, path, kind: Kind::Form, permission, body: FORM_BODY, rate, repeat, proof }
}

const fn open(method: &'static str, path: &'static str, rate: Rate, repeat: Repeat) -> Entry {
    Entry { kind: Kind::Open, ..form(method, path, Permission::Secret, rate, repeat) }
}

const fn probe(path: &'static str) -> Entry {
    Entry {
        method: "GET",
        path,
        kind: Kind::Probe,
        permission: Permission::Public,
        body: 0,
        rate: Rate::Public,
        repeat: Repeat::Reads,
        proof: FreshProof::NotNeeded,
    }
}

/// Reads with the arguments in the address.
const fn read(path: &'static str, action: Action, object: Object) -> Entry {
    Entry {
        method: "GET",
        path,
        kind: Kind::Function,
        permission: Permission::May(action, object),
        body: FUNCTION_BODY,
        rate: Rate::Read,
        repeat: Repeat::Reads,
        proof: FreshProof::NotNeeded,
    }
}

/// Reads that show everybody as much as they see, which may be nothing.
const fn read_as_seen(path: &'static str) -> Entry {
    Entry { permission: Permission::SignedIn, ..read(path, Action::View, Object::User) }
}

/// Reads with arguments too long for an address.
const fn ask(path: &'static str, action: Action, object: Object) -> Entry {
    Entry { method: "POST", ..read(path, action, object) }
}

/// Reads for who is at the browser, also while they look as somebody else.
const fn behind(path: &'static str, action: Action, object: Object) -> Entry {
    Entry { permission: Permission::Behind(action, object), ..ask(path, action, object) }
}

const fn write(path: &'static str, action: Action, object: Object, repeat: Repeat) -> Entry {
    Entry { rate: Rate::Write, repeat, ..ask(path, action, object) }
}

/// What answers where nothing else does: files of the site, and the page that says there is none.
pub const ANYTHING_ELSE: Entry = Entry {
    method: "GET",
    path: "",
    kind: Kind::File,
    permission: Permission::Public,
    body: 0,
    rate: Rate::Files,
    repeat: Repeat::Reads,
    proof: FreshProof::NotNeeded,
};

const fn survey_page(path: &'static str) -> Entry {
    form("GET", path, Permission::May(Action::View, Object::Survey), Rate::Read, Repeat::Reads)
}

/// Pages, forms and probes that the server mounts itself.
pub const ROUTES: &[Entry] = &[
    probe("/livez"),
    probe("/readyz"),
    form("POST", "/csp-report", Permission::Public, Rate::PublicForm, Repeat::Same),
    form("GET", "/login", Permission::Public, Rate::Public, Repeat::Reads),
    form("POST", "/login", Permission::Public, Rate::Public, Repeat::Counts),
    form("GET", "/login/code", Permission::Public, Rate::Public, Repeat::Reads),
    form("POST", "/login/code", Permission::Secret, Rate::Public, Repeat::Counts),
    form("POST", "/login/code/passkey", Permission::Secret, Rate::Public, Repeat::Refused),
    form("POST", "/login/code/passkey/ask", Permission::Secret, Rate::Public, Repeat::Counts),
    form("POST", "/login/passkey", Permission::Secret, Rate::Public, Repeat::Refused),
    form("POST", "/login/passkey/ask", Permission::Public, Rate::Public, Repeat::Counts),
    form("GET", "/login/provider", Permission::Public, Rate::Public, Repeat::Reads),
    form("GET", RETURN_PATH, Permission::Secret, Rate::Public, Repeat::Refused),
    form("GET", "/invite/{secret}", Permission::Secret, Rate::Public, Repeat::Reads),
    form("POST", "/invite/{secret}", Permission::Secret, Rate::PublicForm, Repeat::Refused),
    form("GET", "/reset/{secret}", Permission::Secret, Rate::Public, Repeat::Reads),
    form("POST", "/reset/{secret}", Permission::Secret, Rate::PublicForm, Repeat::Refused),
    form("GET", "/confirm", Permission::Own, Rate::Read, Repeat::Reads),
    form("POST", "/confirm", Permission::Own, Rate::Write, Repeat::Counts),
    form("POST", "/confirm/passkey", Permission::Own, Rate::Write, Repeat::Refused),
    form("POST", "/confirm/passkey/ask", Permission::Own, Rate::Write, Repeat::Counts),
    form("GET", "/passkeys", Permission::Own, Rate::Read, Repeat::Reads),
    form("POST", "/passkeys", Permission::Own, Rate::Write, Repeat::Refused).fresh(),
    form("POST", "/passkeys/ask", Permission::Own, Rate::Write, Repeat::Counts).fresh(),
    form("POST", "/passkeys/rename", Permission::Own, Rate::Write, Repeat::Same),
    form("POST", "/passkeys/remove", Permission::Own, Rate::Write, Repeat::Refused).fresh(),
    form("GET", "/second-step", Permission::Own, Rate::Read, Repeat::Reads),
    form("POST", "/second-step/begin", Permission::Own, Rate::Write, Repeat::Counts).fresh(),
    form("POST", "/second-step/on", Permission::Own, Rate::Write, Repeat::Refused).fresh(),
    form("POST", "/second-step/codes", Permission::Own, Rate::Write, Repeat::Counts).fresh(),
    form("POST", "/second-step/off", Permission::Own, Rate::Write, Repeat::Refused).fresh(),
    form(
        "POST",
        "/view-as/stop",
        Permission::Behind(Action::View, Object::User),
        Rate::Write,
        Repeat::Same,
    ),
    form("POST", "/logout", Permission::Public, Rate::Public, Repeat::Same),
    form("POST", "/preferences", Permission::Public, Rate::Public, Repeat::Same),
    open("GET", "/s/thanks", Rate::Public, Repeat::Reads),
    open("GET", "/s/{token}", Rate::Public, Repeat::Reads),
    open("POST", "/s/{token}", Rate::PublicForm, Repeat::Once),
    survey_page("/surveys/{number}/preview"),
    survey_page("/surveys/{number}/code"),
    survey_page("/surveys/{number}/poster"),
    form("GET", "/setup", Permission::Secret, Rate::Public, Repeat::Reads),
    form("POST", "/setup", Permission::Secret, Rate::PublicForm, Repeat::Refused),
    form(
        "GET",
        "/setup/organisation",
        Permission::May(Action::Administer, Object::Organisation),
        Rate::Read,
        Repeat::Reads,
    ),
    form(
        "POST",
        "/setup/organisation",
        Permission::May(Action::Administer, Object::Organisation),
        Rate::Write,
        Repeat::Same,
    ),
    form(
        "GET",
        "/setup/data",
        Permission::May(Action::Administer, Object::Organisation),
        Rate::Read,
        Repeat::Reads,
    ),
    form(
        "POST",
        "/setup/data",
        Permission::May(Action::Administer, Object::Organisation),
        Rate::Write,
        Repeat::Refused,
    ),
];

const fn transfer(
    method: &'static str,
    path: &'static str,
    action: Action,
    object: Object,
    body: u64,
    repeat: Repeat,
) -> Entry {
    let rate = match action {
        Action::Export => Rate::Bulk,
        _ if body == 0 => Rate::Read,
        _ => Rate::Write,
    };
    let permission = Permission::May(action, object);
    let proof = match action {
        Action::Export => FreshProof::Needed,
        _ => FreshProof::NotNeeded,
    };
    Entry { method, path, kind: Kind::Transfer, permission, body, rate, repeat, proof }
}

/// Files in and out, which the application mounts itself.
pub const TRANSFERS: &[Entry] = &[
    transfer("POST", "/imports", Action::Import, Object::Import, MAX_BYTES, Repeat::Counts),
    transfer("GET", "/imports/template", Action::Import, Object::Import, 0, Repeat::Reads),
    transfer("GET", "/imports/{number}/remarks", Action::Import, Object::Import, 0, Repeat::Reads),
    transfer("GET", "/imports/{number}/mapping", Action::Import, Object::Import, 0, Repeat::Reads),
    transfer("GET", "/export/customers", Action::Export, Object::Account, 0, Repeat::Reads),
    transfer("GET", "/export/people", Action::Export, Object::Person, 0, Repeat::Reads),
    transfer("GET", "/export/deals", Action::Export, Object::Opportunity, 0, Repeat::Reads),
    transfer("GET", "/export/orders", Action::Export, Object::Order, 0, Repeat::Reads),
    transfer("GET", "/export/feedback", Action::Export, Object::Case, 0, Repeat::Reads),
    transfer("GET", "/export/answers", Action::Export, Object::Survey, 0, Repeat::Reads),
    transfer("GET", "/export/audit", Action::Export, Object::Audit, 0, Repeat::Reads),
];

/// Streams. They show less than any read, so nothing but being signed in is asked for; opening one is no use of a session.
pub const STREAMS: &[Entry] = &[Entry { kind: Kind::Stream, ..screen("/events") }];

/// The screens.
pub const SCREENS: &[Entry] = &[
    screen("/"),
    screen("/customers"),
    screen("/customers/new"),
    screen("/customers/merge"),
    screen("/customers/{number}"),
    screen("/people/new"),
    screen("/people/merge"),
    screen("/people/{number}"),
    screen("/dashboard"),
    screen("/pipeline"),
    screen("/deals"),
    screen("/deals/new"),
    screen("/deals/{number}"),
    screen("/activities"),
    screen("/orders"),
    screen("/orders/new"),
    screen("/orders/{number}"),
    screen("/feedback"),
    screen("/feedback/new"),
    screen("/feedback/{number}"),
    screen("/surveys"),
    screen("/surveys/answers"),
    screen("/surveys/new"),
    screen("/surveys/{number}"),
    screen("/surveys/{number}/edit"),
    screen("/products"),
    admin_screen("/import", Action::Import, Object::Import),
    admin_screen("/import/{number}", Action::Import, Object::Import),
    screen("/bin"),
    screen("/profile"),
    admin_screen("/admin/users", Action::View, Object::Structure),
    admin_screen("/admin/roles", Action::View, Object::Structure),
    admin_screen("/admin/structure", Action::View, Object::Structure),
    admin_screen("/admin/shares", Action::View, Object::Structure),
    admin_screen("/admin/pipelines", Action::Administer, Object::Pipeline),
    admin_screen("/admin/service", Action::Administer, Object::Organisation),
    admin_screen("/admin/replies", Action::Administer, Object::Organisation),
    admin_screen("/admin/organisation", Action::Administer, Object::Organisation),
    admin_screen("/admin/sign-in", Action::Administer, Object::Organisation),
    admin_screen("/admin/status", Action::View, Object::System),
    admin_screen("/admin/audit", Action::View, Object::Audit),
    screen("/more"),
    screen("/help"),
    screen("/help/{topic}"),
    screen("/dev/gallery"),
];

/// The list, ready to be asked by what the router matched.
#[derive(Debug, Default)]
pub struct Inventory(HashMap<(Method, String), Entry>);

impl Inventory {
    /// The whole list; `functions` are the registered paths of the server functions.
    pub fn new(functions: impl IntoIterator<Item = (&'static str, Method)>) -> Self {
        let mut all = HashMap::new();
        for entry in ROUTES.iter().chain(TRANSFERS).chain(STREAMS).chain(SCREENS) {
            all.insert((method(entry), entry.path.to_owned()), *entry);
        }
        for (path, method) in functions {
            match function(path) {
                Some(entry) => {
                    all.insert((method, path.to_owned()), *entry);
                }
                None => tracing::error!(path, "a server function is missing in the inventory"),
            }
        }
        Self(all)
    }

    /// The entry of what the router matched; `None` for a way in that is not listed.
    pub fn find(&self, method: &Method, matched: Option<&str>) -> Option<Entry> {
        let Some(path) = matched else { return Some(ANYTHING_ELSE) };
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.0.get(&(method, path.to_owned())).copied()
    }

    /// The methods by which a path is listed, in order.
    pub fn methods(&self, path: &str) -> Vec<String> {
        let of_path = self.0.keys().filter(|(_, listed)| listed == path);
        let mut methods: Vec<String> = of_path.map(|(method, _)| method.to_string()).collect();
        methods.sort();
        methods
    }
}

fn method(entry: &Entry) -> Method {
    if entry.method == "POST" { Method::POST } else { Method::GET }
}

/// The entry of a registered server function. Its path ends with a hash that changes with the folder of the build.
pub fn function(path: &str) -> Option<&'static Entry> {
    let name = function_name(path);
    FUNCTIONS.iter().find(|entry| entry.path == name)
}

/// The name of a server function in the source, out of its path.
pub fn function_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
#[path = "inventory_tests.rs"]
mod tests;
