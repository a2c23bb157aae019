//! What every screen knows from the first byte: who looks, in which language, theme and zone, and
//! when. Sent once by the server and read back by the browser, so that both render the same.

use crate::{
    error::AppError,
    i18n::Text,
    ui::assets::AssetPaths,
};
use domain::{
    lang::Lang,
    list::Colleague,
    money::Currency,
    organisation::Organisation,
    policy::{Action, Object, Role, allows},
    time::{Instant, ZoneOffsets},
    user::User,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

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
    pub user: User,
    /// Colleagues, for owner names and pickers; disabled ones included.
    pub colleagues: Vec<Colleague>,
    /// Where the static files are.
    pub assets: AssetPaths,
    /// Version of the program.
    pub version: String,
}

impl Boot {
    /// Whether the signed-in user may do this at all: what buttons ask.
    #[must_use]
    pub fn may(&self, action: Action, object: Object) -> bool {
        allows(self.user.role, action, object)
    }

    /// Whether an administrator looks.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
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
    pub fn colleague(&self, id: Option<domain::id::UserId>) -> String {
        id.and_then(|id| self.colleagues.iter().find(|colleague| colleague.id == id))
            .map(|colleague| colleague.name.clone())
            .unwrap_or_default()
    }
}

/// The facts of this page load.
///
/// # Panics
/// Outside of [`crate::App`], which provides them.
#[must_use]
pub fn use_boot() -> StoredValue<Boot> {
    #[expect(clippy::expect_used, reason = "provided by App above every screen")]
    use_context::<StoredValue<Boot>>().expect("boot facts")
}

/// What a call answered, or `None` while it is under way.
pub type Answer<T> = Option<Result<T, AppError>>;
