//! The people of the made-up company itself: who signs in, and with what.

use crate::{complaint::Complaint, password};
use domain::{
    id::UserId,
    lang::Lang,
    money::Currency,
    organisation::Organisation,
    policy::{Caller, Role},
    user::UserDraft,
};
use store::Db;

/// Name and e-mail address of each, the administrator first.
const PEOPLE: &[(&str, &str, Role)] = &[
    ("沈若兰", "admin@example.com", Role::Admin),
    ("周启明", "zhou@example.com", Role::SalesManager),
    ("林晓雨", "lin@example.com", Role::SalesRep),
    ("Grace Walker", "grace@example.com", Role::SalesRep),
    ("Daniel Price", "daniel@example.com", Role::ServiceAgent),
    ("马思远", "ma@example.com", Role::Staff),
];

/// Short words that are hard to mishear.
const WORDS: &[&str] = &[
    "amber", "anchor", "apple", "autumn", "bamboo", "basket", "bridge", "candle", "canyon",
    "cedar", "cherry", "cloud", "copper", "coral", "crane", "delta", "ember", "falcon", "fern",
    "forest", "garden", "ginger", "harbor", "hazel", "island", "ivory", "jasmine", "lantern",
    "lemon", "lotus", "maple", "marble", "meadow", "mint", "moon", "mountain", "ocean", "olive",
    "orchid", "panda", "pearl", "pepper", "pine", "plum", "pond", "quartz", "rain", "reed",
    "river", "saffron", "silk", "silver", "snow", "spring", "spruce", "stone", "summer", "swan",
    "tea", "thunder", "tiger", "valley", "violet", "willow",
];

/// Somebody who can sign in.
pub struct SignIn {
    pub id: UserId,
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
}

/// The company as its settings page shows it.
pub fn organisation() -> Organisation {
    Organisation {
        name_zh: "兰汀精密仪器".to_owned(),
        name_en: "Lanting Instruments".to_owned(),
        lang: Lang::Zh,
        currency: Currency::default(),
        ..Organisation::default()
    }
}

/// Adds the people, all with one password, and answers them.
///
/// # Errors
/// When the database does not answer.
pub async fn add(db: &Db, caller: &Caller, secret: &str) -> Result<Vec<SignIn>, Complaint> {
    let mut people = Vec::with_capacity(PEOPLE.len());
    for (name, email, role) in PEOPLE {
        let draft = UserDraft {
            email: (*email).to_owned(),
            email_norm: (*email).to_owned(),
            name: (*name).to_owned(),
            roles: vec![(*role).into()],
        };
        let typed = secret.to_owned();
        let hash = tokio::task::spawn_blocking(move || password::hash(&typed))
            .await
            .ok()
            .flatten()
            .ok_or_else(|| Complaint::new("there is too little memory to hash a password"))?;
        let id = db.add_user(caller, &draft, &hash).await?;
        people.push(SignIn { id, name, email, role: *role });
    }
    Ok(people)
}

/// A password of four words, different each time: a demo may stand where strangers can reach it.
///
/// # Errors
/// When the system gives no random bytes.
pub fn new_password() -> Result<String, Complaint> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Complaint::new(format!("the system gives no random bytes: {error}")))?;
    let (words, digits) = bytes.split_at(4);
    let mut password: String = words
        .iter()
        .filter_map(|byte| WORDS.get(usize::from(*byte) % WORDS.len()))
        .map(|word| format!("{word}-"))
        .collect();
    password.extend(digits.iter().map(|byte| char::from(b'0' + byte % 10)));
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_good_enough_and_never_twice_the_same() {
        let first = new_password().unwrap();
        assert_ne!(first, new_password().unwrap());
        for _ in 0..100 {
            let password = new_password().unwrap();
            assert_eq!(domain::user::password(&password, &["admin@example.com"]), Ok(()));
        }
    }
}
