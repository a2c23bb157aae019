//! What every screen knows from the first byte: who looks, in which language, theme and zone, and
//! when. Sent once by the server and read back by the browser, so that both render the same.

use crate::{error::AppError, i18n::Text};
use domain::{
    id::UserId,
    lang::Lang,
    list::Colleague,
    money::Currency,
    organisation::Organisation,
    policy::{Action, Object, Role, allows},
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

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
    /// The rest.
    pub later: Vec<String>,
    /// Style sheet.
    pub css: String,
    /// Icon sprite.
    pub icons: String,
    /// The script that keeps clicks until the WASM is there.
    pub boot: String,
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
    pub role: Role,
    /// Colleagues, for owner names and pickers; disabled ones included.
    pub colleagues: Vec<Colleague>,
    /// Where the static files are.
    pub files: SiteFiles,
    /// Version of the program.
    pub version: String,
}

impl Boot {
    /// Whether the signed-in user may do this at all: what buttons ask.
    #[must_use]
    pub fn may(&self, action: Action, object: Object) -> bool {
        allows(self.role, action, object)
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

/// What a call answered, or `None` while it is under way.
pub type Answer<T> = Option<Result<T, AppError>>;

/// Gathers the facts for a signed-in visit; the server's middleware calls it before a screen is
/// rendered and puts the result into the request's extensions.
///
/// # Errors
/// As the store functions it reads.
#[cfg(feature = "ssr")]
pub async fn load(
    services: &crate::ssr::Services,
    visit: &crate::ssr::Visit,
) -> Result<Option<Boot>, store::StoreError> {
    let Some(caller) = &visit.caller else { return Ok(None) };
    let organisation = services.db.organisation(caller).await?;
    let colleagues = services.db.colleagues(caller).await?;
    let zone = (services.zone)(&organisation.time_zone).unwrap_or_default();
    Ok(Some(Boot {
        lang: visit.lang,
        theme: visit.theme.clone(),
        density: visit.density.clone(),
        now: visit.now,
        zone,
        organisation,
        user: caller.user,
        user_name: caller.name.clone(),
        role: caller.role,
        colleagues,
        files: services.files.as_ref().clone(),
        version: services.installation.version.to_owned(),
    }))
}
