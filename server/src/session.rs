//! Cookies: the secret of a signed-in browser and what it remembers about the look of the screens;
//! and from them, who visits.

use crate::client::Client;
use app::ssr::Visit;
use domain::{
    agent::Agent,
    lang::Lang,
    policy::{Caller, Guise, Held, Origin, RoleName, VIEWED_FOR, Via},
    time::Instant,
};
use http::{HeaderMap, HeaderValue, header};
pub use store::Secret;
use store::{Db, SignedIn, StoreError};

/// Themes there are.
pub const THEMES: [&str; 3] = ["auto", "light", "dark"];
/// Densities there are.
pub const DENSITIES: [&str; 3] = ["comfortable", "default", "compact"];
/// How long a browser remembers the look and that it was here (seconds).
const YEAR: u32 = 31_536_000;

/// The value of a cookie of ours.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Name of the session cookie. Over HTTPS no page of a neighbouring host can plant one.
fn session_cookie(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// `Set-Cookie` of a session that begins; it ends with the browser or by the server's clock.
pub fn begin(secret: &Secret, https: bool) -> Option<HeaderValue> {
    set(session_cookie(https), &secret.text(), "HttpOnly; ", None, https)
}

/// `Set-Cookie` of a session that ends.
pub fn end(https: bool) -> Option<HeaderValue> {
    set(session_cookie(https), "", "HttpOnly; ", Some(0), https)
}

/// Name of the cookie that a browser is known by once somebody has signed in with it.
fn device_cookie(https: bool) -> &'static str {
    if https { "__Host-device" } else { "device" }
}

/// How long a browser keeps the secret of a sign-in that waits for its code (seconds).
const WAIT: u32 = 300;

/// Name of the cookie of a sign-in that waits for its code.
fn pending_cookie(https: bool) -> &'static str {
    if https { "__Host-pending" } else { "pending" }
}

/// The secret of the sign-in that waits for its code in this browser.
pub fn pending(headers: &HeaderMap, https: bool) -> Option<Secret> {
    cookie(headers, pending_cookie(https)).and_then(Secret::read)
}

/// `Set-Cookie` of a sign-in that waits for its code. It is no session and opens nothing.
pub fn wait(secret: &Secret, https: bool) -> Option<HeaderValue> {
    set(pending_cookie(https), &secret.text(), "HttpOnly; ", Some(WAIT), https)
}

/// `Set-Cookie` of a sign-in that waits no longer.
pub fn forget_pending(https: bool) -> Option<HeaderValue> {
    set(pending_cookie(https), "", "HttpOnly; ", Some(0), https)
}

/// How long a browser keeps what belongs to a way to the system that signs people in (seconds).
const TRAVEL: u32 = 600;

/// Name of the cookie of somebody who is away there.
fn travel_cookie(https: bool) -> &'static str {
    if https { "__Host-travel" } else { "travel" }
}

/// What the browser keeps of somebody who is away at the system that signs people in.
pub fn travelling(headers: &HeaderMap, https: bool) -> Option<&str> {
    cookie(headers, travel_cookie(https))
}

/// `Set-Cookie` of somebody who goes there; `sealed` is text that fits a cookie.
pub fn travel(sealed: &str, https: bool) -> Option<HeaderValue> {
    set(travel_cookie(https), sealed, "HttpOnly; ", Some(TRAVEL), https)
}

/// `Set-Cookie` of somebody who came back.
pub fn forget_travel(https: bool) -> Option<HeaderValue> {
    set(travel_cookie(https), "", "HttpOnly; ", Some(0), https)
}

/// What the browser is known by, if somebody signed in with it before.
pub fn device(headers: &HeaderMap, https: bool) -> Option<Secret> {
    cookie(headers, device_cookie(https)).and_then(Secret::read)
}

/// `Set-Cookie` of a browser that somebody signed in with; it outlives the session.
pub fn remember_device(secret: &Secret, https: bool) -> Option<HeaderValue> {
    set(device_cookie(https), &secret.text(), "HttpOnly; ", Some(YEAR), https)
}

/// `Set-Cookie` of something about the look; `name` and `value` are ours.
pub fn remember(name: &str, value: &str, https: bool) -> Option<HeaderValue> {
    set(name, value, "", Some(YEAR), https)
}

fn set(name: &str, value: &str, more: &str, age: Option<u32>, https: bool) -> Option<HeaderValue> {
    let secure = if https { "Secure; " } else { "" };
    let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{name}={value}; {secure}{more}SameSite=Lax; Path=/{age}")).ok()
}

/// Works out who visits, in which language and look.
///
/// # Errors
/// When the database does not answer.
pub async fn visit(
    db: &Db,
    headers: &HeaderMap,
    client: Client,
    now: Instant,
    reference: String,
) -> Result<(Visit, Option<SignedIn>), StoreError> {
    let signed_in = match cookie(headers, session_cookie(client.https)).and_then(Secret::read) {
        Some(secret) => db.signed_in(&secret.hash(), now).await?,
        None => None,
    };
    let chosen = |name: &str, known: &[&str]| {
        cookie(headers, name).filter(|value| known.contains(value)).map(str::to_owned)
    };
    let chosen_lang = cookie(headers, "lang").and_then(Lang::from_tag);
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = match &signed_in {
        Some(signed_in) => {
            signed_in.lang.or(chosen_lang).or_else(|| spoken(asked)).or(signed_in.house_lang)
        }
        None => match chosen_lang.or_else(|| spoken(asked)) {
            Some(lang) => Some(lang),
            None => Some(db.organisation_at_the_door().await?.lang),
        },
    }
    .unwrap_or_default();
    let person = signed_in.as_ref().map(|signed_in| Caller {
        user: signed_in.user,
        name: signed_in.name.clone(),
        rights: signed_in.rights,
        circle: signed_in.circle.clone(),
        shared: signed_in.shared.clone(),
        session: Some(signed_in.session),
        confirmed: signed_in.confirmed,
        lang,
        now,
        origin: Origin::Web,
        house: signed_in.house.clone(),
        via: via(client, headers),
        viewer: None,
    });
    // Whoever has to set a second step up first is nobody anywhere else.
    let (caller, held) = match &signed_in {
        Some(signed_in) if signed_in.held => (None, person),
        _ => (person, None),
    };
    let viewing = signed_in.as_ref().and_then(|signed_in| signed_in.viewing);
    let Seat { caller, viewer, viewed_role } = match (caller, viewing) {
        (Some(caller), Some((guise, since))) => looking(db, caller, guise, since).await?,
        (caller, _) => Seat { caller, ..Seat::default() },
    };
    let (theme, density) = match &signed_in {
        Some(signed_in) => (signed_in.theme.clone(), signed_in.density.clone()),
        None => (
            chosen("theme", &THEMES).unwrap_or_else(|| "auto".to_owned()),
            chosen("density", &DENSITIES).unwrap_or_else(|| "default".to_owned()),
        ),
    };
    let visit = Visit {
        caller,
        held,
        viewer,
        viewed_role,
        lang,
        theme,
        density,
        single_keys: cookie(headers, "keys") != Some("off"),
        folded: cookie(headers, "sidebar") == Some("folded"),
        now,
        reference,
        https: client.https,
        passkey_host: headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .and_then(|host| domain::passkey::host(host, client.https)),
        cookie: std::sync::Arc::default(),
    };
    Ok((visit, signed_in))
}

/// Who calls, and who is at the browser if they look as somebody or as a role.
#[derive(Default)]
struct Seat {
    caller: Option<Caller>,
    viewer: Option<Caller>,
    viewed_role: Option<(Held, RoleName)>,
}

/// What `caller` looks as since then, and the caller; the caller alone when the time is over or it may no longer be.
async fn looking(
    db: &Db,
    caller: Caller,
    guise: Guise,
    since: Instant,
) -> Result<Seat, StoreError> {
    let in_time = caller.now.0.saturating_sub(since.0) < VIEWED_FOR;
    let (seen, user) = match guise {
        Guise::User(user) => {
            let seen = if in_time { db.viewed(&caller, user).await? } else { None };
            (seen.map(|seen| (seen, None)), user)
        }
        Guise::Role(role) => {
            let seen = if in_time { db.viewed_role(&caller, role).await? } else { None };
            (seen.map(|(seen, name)| (seen, Some((role, name)))), caller.user)
        }
    };
    if let Some((seen, viewed_role)) = seen {
        return Ok(Seat { caller: Some(seen), viewer: Some(caller), viewed_role });
    }
    store::retry(|| db.stop_viewing(&caller, user)).await?;
    Ok(Seat { caller: Some(caller), ..Seat::default() })
}

/// Where a request comes from, for the audit log.
pub fn via(client: Client, headers: &HeaderMap) -> Via {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Via {
        address: Some(client.address),
        agent: Agent::read(agent.unwrap_or_default()),
        on_behalf_of: None,
    }
}

/// The first language of an `Accept-Language` header that we speak, if there is one.
fn spoken(header: Option<&str>) -> Option<Lang> {
    header?.split(',').find_map(|part| Lang::from_tag(part.split(';').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_have_exactly_the_flags_of_operation() {
        let text = "07".repeat(32);
        let secret = Secret::read(&text).unwrap();
        assert_eq!(
            begin(&secret, true).unwrap(),
            format!("__Host-sid={text}; Secure; HttpOnly; SameSite=Lax; Path=/")
        );
        assert_eq!(
            begin(&secret, false).unwrap(),
            format!("sid={text}; HttpOnly; SameSite=Lax; Path=/")
        );
        assert_eq!(
            remember_device(&secret, true).unwrap(),
            format!(
                "__Host-device={text}; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"
            )
        );
        assert_eq!(
            wait(&secret, true).unwrap(),
            format!("__Host-pending={text}; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=300")
        );
        assert_eq!(end(false).unwrap(), "sid=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
        assert_eq!(
            remember("theme", "dark", true).unwrap(),
            "theme=dark; Secure; SameSite=Lax; Path=/; Max-Age=31536000"
        );
    }

    #[test]
    fn one_cookie_of_many_is_found() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; sid=x; lang=zh-CN"));
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark"));
        assert_eq!(cookie(&headers, "lang"), Some("zh-CN"));
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
        assert_eq!(cookie(&headers, "id"), None);
    }
}
