//! Faces without photos: initials on a soft colour. People are round, companies square.
//! Colour and initials follow from the record alone, the same on server and browser.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{Size, Text};

/// How many soft colours there are (`.hue-0` to `.hue-7`).
pub(crate) const SOFT_COLOURS: u32 = 8;

/// Whose avatar it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarKind {
    /// Round.
    #[default]
    Person,
    /// Square.
    Company,
}

/// Initials of a name on its soft colour. Decoration: the name always stands beside it, so the letters are
/// drawn by the style sheet and are no text of the page.
#[component]
pub fn Avatar(
    /// The full name.
    #[prop(into)]
    name: Text,
    /// What decides the colour: the record's id. The name if left out.
    #[prop(optional, into)]
    seed: Text,
    /// Person or company.
    #[prop(optional)]
    kind: AvatarKind,
    /// Small 24, medium 32, large 48.
    #[prop(optional)]
    size: Size,
) -> AnyView {
    let class = class(if seed.is_empty() { &name } else { &seed }, kind, size);
    view! {
        <span class=class data-initials=initials(&name, kind) aria-hidden="true"></span>
    }
    .into_any()
}

/// The same for rows that are written at once.
pub fn avatar_markup(name: &str, seed: &str, kind: AvatarKind, size: Size) -> Markup {
    html! {
        span class=(class(seed, kind, size)) data-initials=(initials(name, kind)) aria-hidden="true" {}
    }
}

fn class(seed: &str, kind: AvatarKind, size: Size) -> String {
    let shape = match kind {
        AvatarKind::Person => "avatar",
        AvatarKind::Company => "avatar avatar-company",
    };
    format!("{shape} avatar-{} hue-{}", size.suffix(), stable_index(seed, SOFT_COLOURS))
}

/// Several people overlapping, at most four and then a count.
#[component]
pub fn AvatarStack(
    /// Name and seed of each person.
    people: Vec<(Text, Text)>,
    /// Spoken names.
    #[prop(into)]
    label: Text,
) -> AnyView {
    let more = people.len().saturating_sub(4);
    let shown = people
        .into_iter()
        .take(4)
        .map(|(name, seed)| view! { <Avatar name=name seed=seed size=Size::Sm /> })
        .collect_view();
    view! {
        <span class="avatar-stack" role="img" aria-label=label>
            {shown}
            {(more > 0)
                .then(|| {
                    view! {
                        <span class="avatar avatar-sm hue-more" data-initials=format!("+{more}")></span>
                    }
                })}
        </span>
    }
    .into_any()
}

/// Han names give their last two characters (companies their first two, which tell them apart);
/// others first and last initial, companies the first two letters.
pub(crate) fn initials(name: &str, kind: AvatarKind) -> String {
    let han: Vec<char> = name.chars().filter(|c| is_han(*c)).collect();
    if !han.is_empty() && name.chars().find(|c| c.is_alphanumeric()).is_some_and(is_han) {
        return match kind {
            AvatarKind::Person => han[han.len().saturating_sub(2)..].iter().collect(),
            AvatarKind::Company => han.iter().take(2).collect(),
        };
    }
    let mut words = name
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>())
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return "?".to_owned() };
    let letters: String = match (kind, words.next_back()) {
        (AvatarKind::Person, Some(last)) => [first[0], last[0]].iter().collect(),
        (AvatarKind::Person, None) => first[..1].iter().collect(),
        (AvatarKind::Company, _) => first.iter().take(2).collect(),
    };
    letters.to_uppercase()
}

const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A number below `count` that only depends on the text (FNV-1a).
pub(crate) fn stable_index(text: &str, count: u32) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // The high bits of FNV are better mixed than the low ones.
    (hash >> 8) % count
}

#[cfg(test)]
mod tests {
    use super::{AvatarKind, initials, stable_index};

    #[test]
    fn initials_follow_the_script() {
        assert_eq!(initials("张小明", AvatarKind::Person), "小明");
        assert_eq!(initials("李娜", AvatarKind::Person), "李娜");
        assert_eq!(initials("欧", AvatarKind::Person), "欧");
        assert_eq!(initials("华东电子有限公司", AvatarKind::Company), "华东");
        assert_eq!(initials("John A. Smith", AvatarKind::Person), "JS");
        assert_eq!(initials("Cher", AvatarKind::Person), "C");
        assert_eq!(initials("Acme Ltd", AvatarKind::Company), "AC");
        assert_eq!(initials("ABC 贸易", AvatarKind::Company), "AB");
        assert_eq!(initials("  ", AvatarKind::Person), "?");
        assert_eq!(initials("'; --", AvatarKind::Company), "?");
    }

    #[test]
    fn the_same_seed_has_the_same_colour() {
        assert_eq!(stable_index("C-1042", 8), stable_index("C-1042", 8));
        let used: std::collections::BTreeSet<u32> =
            (0..200).map(|n| stable_index(&format!("C-{n}"), 8)).collect();
        assert_eq!(used.len(), 8, "two hundred records use all eight colours");
    }
}
