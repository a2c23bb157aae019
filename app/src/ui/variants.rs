//! The closed sets of looks and kinds that components take.
//! Each value maps to one class or data attribute of the style sheets.

/// How loud a button is. One primary button per page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Bordered, for most actions.
    #[default]
    Default,
    /// Filled with the accent, for the one main action.
    Primary,
    /// No border until hovered, for toolbars and rows.
    Quiet,
    /// For what cannot be taken back.
    Danger,
}

impl Variant {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Default => "btn-default",
            Self::Primary => "btn-primary",
            Self::Quiet => "btn-quiet",
            Self::Danger => "btn-danger",
        }
    }
}

/// Size of a control or an avatar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// The size that follows the density.
    #[default]
    Md,
    /// Smaller, inside rows and toolbars.
    Sm,
    /// Larger, for record headers and sign-in.
    Lg,
}

impl Size {
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Sm => "sm",
            Self::Md => "md",
            Self::Lg => "lg",
        }
    }
}

/// Colour with a meaning. Always shown together with an icon or a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey: structure.
    #[default]
    Neutral,
    /// The organisation's accent: selection.
    Accent,
    /// Success, on track.
    Ok,
    /// Due soon, caution.
    Warn,
    /// Error, breach.
    Bad,
    /// Neutral information.
    Info,
    /// Automation and system.
    Violet,
}

impl Tone {
    /// The value of `data-tone`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Violet => "violet",
        }
    }
}

/// Whether a field must be filled, and how that is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// May stay empty, not marked.
    #[default]
    Free,
    /// May stay empty and says so.
    Optional,
    /// Must be filled, not marked: the default of short forms.
    Required,
    /// Must be filled, marked with a star: for forms where most fields may stay empty.
    Starred,
}

impl Need {
    pub(crate) const fn required(self) -> bool {
        matches!(self, Self::Required | Self::Starred)
    }
}

/// What a text field takes, which decides keyboard, autofill and spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Free text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A phone number.
    Tel,
    /// A web address.
    Url,
    /// The password a person has.
    Password,
    /// A password being chosen.
    NewPassword,
    /// A one-time code.
    Code,
    /// Search words.
    Search,
    /// A whole or decimal number, typed as text.
    Decimal,
}

impl InputKind {
    pub(crate) const fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::Code | Self::Decimal => "text",
            Self::Email => "email",
            Self::Tel => "tel",
            Self::Url => "url",
            Self::Password | Self::NewPassword => "password",
            Self::Search => "search",
        }
    }

    pub(crate) const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Code => Some("numeric"),
            Self::Decimal => Some("decimal"),
            _ => None,
        }
    }

    pub(crate) const fn autocomplete(self) -> Option<&'static str> {
        match self {
            Self::Password => Some("current-password"),
            Self::NewPassword => Some("new-password"),
            Self::Code => Some("one-time-code"),
            _ => None,
        }
    }

    /// Addresses and codes must not be capitalised or corrected by a phone keyboard.
    pub(crate) const fn literal(self) -> bool {
        !matches!(self, Self::Text | Self::Search)
    }
}
