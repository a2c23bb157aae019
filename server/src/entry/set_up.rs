//! The first set-up, behind the one-time link that the server printed: administrator,
//! organisation, where to start. Gone as soon as it is done.

use super::sign_in;
use crate::{
    client::Client,
    demo,
    process::Shared,
    refusal::{page, retry_after, see_other},
    session::Secret,
    zone,
};
use app::{
    entry::{
        AdminFields, Face, Link, refusal_page, set_up_admin_page, set_up_data_page,
        set_up_link_page, set_up_organisation_page,
    },
    ssr::Visit,
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    id::Version,
    lang::Lang,
    organisation::OrganisationForm,
    policy::{Caller, Held, Role},
    user::UserForm,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use store::{StoreError, Way};

/// Customers of the sample company.
const SAMPLE: u64 = 200;

/// What the address of the page carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    token: String,
}

/// What the first form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Admin {
    token: String,
    name: String,
    email: String,
    password: String,
    password_again: String,
}

fn face(process: &Shared, visit: &Visit) -> Face {
    Face::of(visit, &process.services.files)
}

fn gone(process: &Shared, visit: &Visit) -> Response {
    page(StatusCode::NOT_FOUND, refusal_page(&face(process, visit), 404, &Failure::Gone))
}

fn failed(process: &Shared, visit: &Visit, error: &StoreError) -> Response {
    match error {
        StoreError::Refused(Failure::Gone) => gone(process, visit),
        _ => {
            tracing::warn!(%error, reference = visit.reference, "set-up without database");
            let shown = refusal_page(&face(process, visit), 503, &Failure::Unavailable);
            retry_after(page(StatusCode::SERVICE_UNAVAILABLE, shown), 5)
        }
    }
}

/// Whether the link is the one printed; otherwise the answer to give.
async fn admitted(process: &Shared, visit: &Visit, token: &str) -> Result<Secret, Box<Response>> {
    let db = &process.services.db;
    let secret = Secret::read(token);
    let fits = match &secret {
        Some(secret) => db.setup_secret_fits(&secret.hash_text()).await,
        None => Ok(false),
    };
    // The secret goes in the transaction that the first user comes in: asked in this order, whoever
    // is too late finds the user and is not told that the link is wrong.
    let link =
        |link| Box::new(page(StatusCode::FORBIDDEN, set_up_link_page(&face(process, visit), link)));
    match (fits, db.any_user().await, secret) {
        (Err(error), ..) | (_, Err(error), _) => Err(Box::new(failed(process, visit, &error))),
        (_, Ok(true), _) => Err(Box::new(gone(process, visit))),
        (Ok(true), Ok(false), Some(secret)) => Ok(secret),
        (..) if token.is_empty() => Err(link(Link::Missing)),
        (..) => Err(link(Link::Wrong)),
    }
}

/// Step 1: the page.
pub async fn admin_page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let token = query.map(|Query(asked)| asked.token).unwrap_or_default();
    match admitted(&process, &visit, &token).await {
        Ok(secret) => {
            let typed = AdminFields { token: secret.text(), ..AdminFields::default() };
            let shown = set_up_admin_page(&face(&process, &visit), &typed, &FormErrors::default());
            page(StatusCode::OK, shown)
        }
        Err(answer) => *answer,
    }
}

/// Step 1: the form.
pub async fn admin(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    typed: Result<Form<Admin>, FormRejection>,
) -> Response {
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    let secret = match admitted(&process, &visit, &typed.token).await {
        Ok(secret) => secret,
        Err(answer) => return *answer,
    };
    let kept = AdminFields {
        token: typed.token.clone(),
        name: typed.name.clone(),
        email: typed.email.clone(),
    };
    match make_admin(&process, &visit, client, &headers, &secret, typed).await {
        Ok(entered) => entered.go_to("/setup/organisation", client),
        Err(StoreError::Refused(Failure::Invalid(errors))) => {
            let shown = set_up_admin_page(&face(&process, &visit), &kept, &errors);
            page(StatusCode::UNPROCESSABLE_ENTITY, shown)
        }
        Err(error) => failed(&process, &visit, &error),
    }
}

async fn make_admin(
    process: &Shared,
    visit: &Visit,
    client: Client,
    headers: &HeaderMap,
    secret: &Secret,
    typed: Admin,
) -> Result<sign_in::Entered, StoreError> {
    let form = UserForm {
        email: typed.email,
        name: typed.name,
        roles: vec![Role::Admin.code().to_owned()],
        password: typed.password.clone(),
    };
    let mut errors = FormErrors::default();
    let db = &process.services.db;
    // There is one already where customers were brought in before.
    let house = db.organisation_at_the_door().await?;
    let draft = match form.parse(&house.names()) {
        Ok(draft) => Some(draft),
        Err(complaints) => {
            errors = complaints;
            None
        }
    };
    if typed.password != typed.password_again {
        errors.0.push(("password_again".to_owned(), FieldError::Differs));
    }
    let (Some(draft), true) = (draft, errors.0.is_empty()) else { return Err(errors.into()) };
    let hash = process.services.passwords.hash(typed.password).await?;
    let secret = secret.hash_text();
    let via = crate::session::via(client, headers);
    let make = || db.set_up(&secret, &draft, visit.lang, &hash, via, visit.now);
    let user = store::retry(make).await?;
    let caller = sign_in::caller(visit, user, &draft.name, &Role::Admin.rights(), via);
    sign_in::open(process, &caller, client, headers, &[], None, Way::Password).await
}

/// The administrator who sets up, while that is still open; otherwise the answer to give.
async fn setter_up<'a>(process: &Shared, visit: &'a Visit) -> Result<&'a Caller, Box<Response>> {
    let Some(caller) = &visit.caller else { return Err(Box::new(see_other("/login"))) };
    match process.services.db.setup_open(caller).await {
        Ok(true) => Ok(caller),
        Ok(false) => Err(Box::new(gone(process, visit))),
        Err(error) => Err(Box::new(failed(process, visit, &error))),
    }
}

/// Step 2: the page.
pub async fn organisation_page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Response {
    let caller = match setter_up(&process, &visit).await {
        Ok(caller) => caller,
        Err(answer) => return *answer,
    };
    let (kept, version) = match process.services.db.organisation_versioned(caller).await {
        Ok(kept) => kept,
        Err(error) => return failed(&process, &visit, &error),
    };
    // The first time, the language is the one this page was asked in.
    let lang = if version == Version(0) { visit.lang } else { kept.lang };
    let (currency, zone, region) = match (version, lang) {
        (Version(0), Lang::En) => ("USD", "UTC", "US"),
        _ => (kept.currency.code(), &*kept.time_zone, &*kept.region),
    };
    let typed = OrganisationForm {
        name_zh: kept.name_zh.clone(),
        name_en: kept.name_en.clone(),
        lang: lang.tag().to_owned(),
        currency: currency.to_owned(),
        time_zone: zone.to_owned(),
        region: region.to_owned(),
        export_rows: String::new(),
    };
    let none = FormErrors::default();
    let shown = set_up_organisation_page(&face(&process, &visit), &typed, zone::names(), &none);
    page(StatusCode::OK, shown)
}

/// Step 2: the form.
pub async fn organisation(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    typed: Result<Form<OrganisationForm>, FormRejection>,
) -> Response {
    let caller = match setter_up(&process, &visit).await {
        Ok(caller) => caller,
        Err(answer) => return *answer,
    };
    let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
    match save_organisation(&process, caller, &typed).await {
        Ok(()) => see_other("/setup/data"),
        Err(StoreError::Refused(Failure::Invalid(errors))) => {
            let shown =
                set_up_organisation_page(&face(&process, &visit), &typed, zone::names(), &errors);
            page(StatusCode::UNPROCESSABLE_ENTITY, shown)
        }
        // Sent twice: what the first one saved stands.
        Err(StoreError::Refused(Failure::Conflict(_))) => see_other("/setup/data"),
        Err(error) => failed(&process, &visit, &error),
    }
}

async fn save_organisation(
    process: &Shared,
    caller: &Caller,
    typed: &OrganisationForm,
) -> Result<(), StoreError> {
    let mut organisation = typed.parse()?;
    match (process.services.zone)(&organisation.time_zone) {
        Some(zone) => organisation.time_zone = zone.name,
        None => return Err(Failure::field("time_zone", FieldError::UnknownOption).into()),
    }
    let db = &process.services.db;
    let (_, seen) = db.organisation_versioned(caller).await?;
    store::retry(|| db.save_organisation(caller, seen, &organisation)).await.map(drop)
}

/// Step 3: the page.
pub async fn data_page(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Response {
    match setter_up(&process, &visit).await {
        Ok(_) => page(StatusCode::OK, set_up_data_page(&face(&process, &visit))),
        Err(answer) => *answer,
    }
}

/// What the last form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Start {
    start: String,
    /// `on` where signing in is to take a second step for who administers or takes data out.
    second_step: String,
}

/// Step 3: the form. Ends the set-up.
pub async fn data(
    State(process): State<Shared>,
    Extension(visit): Extension<Visit>,
    chosen: Result<Form<Start>, FormRejection>,
) -> Response {
    let caller = match setter_up(&process, &visit).await {
        Ok(caller) => caller,
        Err(answer) => return *answer,
    };
    let chosen = chosen.map(|Form(chosen)| chosen).unwrap_or_default();
    let db = &process.services.db;
    if chosen.second_step == "on" {
        let roles: Vec<Held> = Role::guarded_at_first().map(Held::from).collect();
        match store::retry(|| db.require_second_step(caller, None, &roles)).await {
            Err(StoreError::Refused(Failure::ConfirmIdentity { .. })) => {
                return see_other("/confirm?next=/setup/data");
            }
            Err(error) => return failed(&process, &visit, &error),
            Ok(()) => {}
        }
    }
    if let Err(error) = db.close_setup(caller).await {
        return failed(&process, &visit, &error);
    }
    match &*chosen.start {
        "import" => see_other("/import"),
        "sample" => {
            if let Err(error) = demo::sample(db, caller, SAMPLE).await {
                tracing::error!(%error, reference = visit.reference, "no sample data");
            }
            see_other("/customers")
        }
        _ => see_other("/"),
    }
}
