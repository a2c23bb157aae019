//! What every screen knows from the first byte: who looks, in which language, theme and zone, and
//! when. Sent once by the server and read back by the browser, so that both render the same.

use crate::{error::AppError, i18n::Text};
use domain::{
    bin::BinKind,
    id::UserId,
    lang::Lang,
    list::Colleague,
    money::Currency,
    organisation::Organisation,
    policy::{Action, Detail, DetailRules, Held, Object, Reach, Rights, RoleName},
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where the static files are, with their content hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteFiles {
    /// JavaScript that loads the WASM.
    pub js: String,
    /// The WASM, as far as every visit needs it.
    pub wasm: String,
    /// The script that loads the rest of it.
    pub loader: String,
    /// The rest, by the names of its parts.
    pub later: std::collections::BTreeMap<String, Vec<String>>,
    /// Style sheet.
    pub css: String,
    /// Icon sprite.
    pub icons: String,
    /// The script that keeps clicks until the WASM is there.
    pub boot: String,
    /// The script that asks for passkeys.
    pub passkey: String,
}

/// What an administrator looks at Rapport as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viewed {
    /// The user that the page is made for.
    User,
    /// A role, with the administrator's own records.
    Role(Held, RoleName),
}

/// The facts of one page load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// Language of the screens.
    pub lang: Lang,
    /// `light`, `dark` or `auto`.
    pub theme: String,
    /// `comfortable`, `default` or `compact`.
    pub density: String,
    /// Shortcuts of a single key are on (WCAG 2.1.4).
    pub single_keys: bool,
    /// When the page was made, by the server's clock.
    pub now: Instant,
    /// The zone instants are shown in.
    pub zone: ZoneOffsets,
    /// Settings of the organisation.
    pub organisation: Organisation,
    /// Who is signed in.
    pub user: UserId,
    /// The name of who is signed in.
    pub user_name: String,
    /// What the user may do.
    pub rights: Rights,
    /// Whether anything is shared with the user.
    pub shared: bool,
    /// What an administrator looks as, if one does: nothing can be changed.
    pub viewed: Option<Viewed>,
    /// Colleagues, for owner names and pickers; disabled ones included.
    pub colleagues: Vec<Colleague>,
    /// Where the static files are.
    pub files: SiteFiles,
    /// Version of the program.
    pub version: String,
    /// Up to where changes were told when the page was made: whoever listens goes on from there.
    pub told: i64,
}

impl Boot {
    /// Whether the signed-in user may do this at all: what buttons ask.
    #[must_use]
    pub fn may(&self, action: Action, object: Object) -> bool {
        self.rights.reach(action, object) != Reach::None
    }

    /// Whether the signed-in user may do this with customers, persons or deals at all.
    #[must_use]
    pub fn may_any(&self, action: Action) -> bool {
        [Object::Account, Object::Person, Object::Opportunity]
            .into_iter()
            .any(|object| self.may(action, object))
    }

    /// The parts of the bin that the signed-in user looks into: of what they may delete. Whoever deletes persons alone
    /// has nothing to look at among customers.
    #[must_use]
    pub fn bin_kinds(&self) -> Vec<BinKind> {
        let clears = |kind: &BinKind| match kind {
            BinKind::Orders => self.may(Action::Delete, Object::Order) && self.sees_orders(),
            _ => self.may(Action::Delete, kind.object()),
        };
        BinKind::ALL.into_iter().filter(clears).collect()
    }

    /// Whether the signed-in user looks into the bin at all.
    #[must_use]
    pub fn clears_any(&self) -> bool {
        !self.bin_kinds().is_empty()
    }

    /// Whether the signed-in user sees orders: these stand with their customers.
    #[must_use]
    pub fn sees_orders(&self) -> bool {
        [Object::Order, Object::Account].into_iter().all(|object| self.may(Action::View, object))
    }

    /// The first list there is to see: of customers or, for who sees none of these, of persons, or the board of deals.
    #[must_use]
    pub fn first_list(&self) -> &'static str {
        let sees = |object| self.may(Action::View, object);
        if sees(Object::Account) {
            "/customers"
        } else if sees(Object::Person) {
            "/customers?tab=people"
        } else if sees(Object::Opportunity) {
            "/pipeline"
        } else {
            "/customers"
        }
    }

    /// How far the signed-in user sees.
    #[must_use]
    pub fn sees(&self, object: Object) -> Reach {
        self.rights.reach(Action::View, object)
    }

    /// How far details are open to the signed-in user, of a record that `owner` is in charge of.
    #[must_use]
    pub fn details_of(&self, owner: Option<UserId>) -> DetailRules {
        self.rights.details().on(owner == Some(self.user))
    }

    /// Whether the signed-in user sees a detail as it is, whoever is in charge of the record.
    #[must_use]
    pub fn reads(&self, object: Object, detail: Detail) -> bool {
        self.rights.details().reads(object, detail)
    }

    /// Words in the language of the screens.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.lang)
    }

    /// Currency of the organisation.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.organisation.currency
    }

    /// Name of a colleague, or nothing.
    #[must_use]
    pub fn colleague(&self, id: Option<UserId>) -> String {
        id.and_then(|id| self.colleagues.iter().find(|colleague| colleague.id == id))
            .map(|colleague| colleague.name.clone())
            .unwrap_or_default()
    }
}

/// The facts of this page load.
///
/// # Panics
/// Outside of [`crate::App`], which provides them above every screen.
#[must_use]
pub fn use_boot() -> StoredValue<Boot> {
    #[expect(clippy::expect_used, reason = "provided by App above every screen")]
    use_context::<StoredValue<Boot>>().expect("boot facts")
}

/// The time by the server's clock, as far as this page knows it.
#[derive(Clone, Copy)]
struct Clock(RwSignal<Instant>);

/// How often what says "5 min ago" is written anew.
const TICK: Duration = Duration::from_secs(30);

/// Starts the clock at `from`; [`crate::App`] calls it once. On the server and while hydrating it
/// stands still, so that both render the same.
pub(crate) fn start_clock(from: Instant) {
    let now = RwSignal::new(from);
    provide_context(Clock(now));
    Effect::new(move |_| {
        // Only how far the browser's clock moves counts, not what it says. Unlike the time since
        // the page was loaded it moves on while the computer sleeps.
        let start = js_sys::Date::now();
        set_interval(
            move || {
                now.try_set(later(from, js_sys::Date::now() - start));
            },
            TICK,
        );
    });
}

/// The time now, by the server's clock and half a minute late at most; followed by whoever reads
/// it.
#[must_use]
pub fn use_now() -> Signal<Instant> {
    match use_context::<Clock>() {
        Some(Clock(now)) => now.into(),
        // Pieces that are rendered alone, in tests, stand at the beginning of time.
        None => Signal::stored(Instant::NEVER),
    }
}

/// `from`, moved on by what a clock has gone meanwhile (milliseconds). One that was set back
/// counts as standing still.
fn later(from: Instant, passed: f64) -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    let passed = passed.max(0.0) as i64;
    from.plus(passed)
}

/// What a call answered, or `None` while it is under way.
pub type Answer<T> = Option<Result<T, AppError>>;

/// Gathers the facts for a signed-in visit, with the house in the state it came with; the server's middleware calls it before a screen is
/// rendered and puts the result into the request's extensions.
///
/// # Errors
/// As the store functions it reads.
#[cfg(feature = "ssr")]
pub async fn load(
    services: &crate::ssr::Services,
    visit: &crate::ssr::Visit,
    house: store::HouseState,
) -> Result<Option<Boot>, store::StoreError> {
    let Some(caller) = &visit.caller else { return Ok(None) };
    let house = services.house.at(house, &services.db, caller).await?;
    let zone = (services.zone)(&house.organisation.time_zone).unwrap_or_default();
    Ok(Some(Boot {
        lang: visit.lang,
        theme: visit.theme.clone(),
        density: visit.density.clone(),
        single_keys: visit.single_keys,
        now: visit.now,
        zone,
        organisation: house.organisation.clone(),
        user: caller.user,
        user_name: caller.name.clone(),
        rights: caller.rights,
        shared: !caller.shared.seen().is_empty(),
        viewed: caller.viewer.map(|_| {
            visit.viewed_role.clone().map_or(Viewed::User, |(role, name)| Viewed::Role(role, name))
        }),
        colleagues: house.colleagues.clone(),
        files: services.files.as_ref().clone(),
        version: services.installation.version.to_owned(),
        told: services.db.told_up_to(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_goes_back() {
        let from = Instant(1_000);
        assert_eq!(later(from, 30_000.7), Instant(31_000));
        assert_eq!(later(from, -5_000.0), from);
        assert_eq!(later(from, f64::NAN), from);
    }
}
