//! What open browsers are told when records change: which kind, and which one where that tells nothing new. Never a
//! value, so that what is shown keeps coming by the ordinary, authorised reads.

use crate::{
    id::{UserId, Version},
    policy::{Action, Object, Reach, Rights},
};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The kinds whose changes are told. Of activities each is told what they are to do themselves, and what the bell says.
pub const FOLLOWED: [Object; 6] = [
    Object::Account,
    Object::Person,
    Object::Opportunity,
    Object::Activity,
    Object::Case,
    Object::Survey,
];

/// What is told last, when whoever listens may not go on: they were signed out, or may do something else by now.
pub const END: &str = "end";

/// A place in [`FOLLOWED`] for everything that is counted by kind.
#[must_use]
pub fn place_of(object: Object) -> Option<usize> {
    FOLLOWED.iter().position(|followed| *followed == object)
}

/// One notice. As text: `account <id> <version>`, `account <id>`, `account`, `of <user>`, or `everything`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A record is another by now.
    Record {
        /// Its kind.
        object: Object,
        /// Which one.
        id: Uuid,
        /// The version it has by it; nothing where it keeps its version, as for a note on it or its place on a board.
        version: Option<Version>,
    },
    /// Records of a kind are others by now: many, or it is not to be told which.
    Kind(Object),
    /// What somebody is to do, or is told of, is another by now. They are told that activities are.
    Of(UserId),
    /// Nobody knows what was missed: whatever is on show is read again.
    Everything,
}

/// The word before a user for [`Notice::Of`].
const OF: &str = "of";

/// The word for [`Notice::Everything`].
const EVERYTHING: &str = "everything";

impl Notice {
    /// The kind it is about; nothing for all of them.
    #[must_use]
    pub const fn object(self) -> Option<Object> {
        match self {
            Self::Record { object, .. } | Self::Kind(object) => Some(object),
            Self::Of(_) => Some(Object::Activity),
            Self::Everything => None,
        }
    }

    /// What `user` with these rights is told of it. Whoever sees every record of a kind is told which one; whoever sees
    /// some of them is told the kind: that one out of their reach changed is none of their business, and to find out
    /// whether it is in reach would cost a look into the database for each of them. Whoever sees none is told nothing.
    #[must_use]
    pub fn seen_by(self, user: UserId, rights: &Rights) -> Option<Self> {
        if let Self::Of(whose) = self {
            return (whose == user).then_some(Self::Kind(Object::Activity));
        }
        let Some(object) = self.object() else { return Some(self) };
        match rights.reach(Action::View, object) {
            Reach::None => None,
            Reach::Own | Reach::Team | Reach::Department => Some(Self::Kind(object)),
            Reach::All => Some(self),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record { object, id, version: Some(version) } => {
                write!(f, "{} {id} {}", object.code(), version.0)
            }
            Self::Record { object, id, version: None } => write!(f, "{} {id}", object.code()),
            Self::Kind(object) => f.write_str(object.code()),
            Self::Of(user) => write!(f, "{OF} {user}"),
            Self::Everything => f.write_str(EVERYTHING),
        }
    }
}

impl FromStr for Notice {
    type Err = ();

    fn from_str(raw: &str) -> Result<Self, ()> {
        let mut words = raw.split(' ');
        let first = words.next().unwrap_or_default();
        if raw == EVERYTHING {
            return Ok(Self::Everything);
        }
        if first == OF {
            let user = words.next().and_then(|user| user.parse().ok()).map(Self::Of);
            return user.filter(|_| words.next().is_none()).ok_or(());
        }
        let object = FOLLOWED.into_iter().find(|object| object.code() == first).ok_or(())?;
        let Some(id) = words.next() else { return Ok(Self::Kind(object)) };
        let id = Uuid::parse_str(id).map_err(drop)?;
        let version = words.next().map(str::parse).transpose().map_err(drop)?;
        match words.next() {
            None => Ok(Self::Record { object, id, version: version.map(Version) }),
            Some(_) => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Role;

    const ONE: Uuid = Uuid::from_u128(7);
    const ME: UserId = UserId(Uuid::from_u128(8));

    fn notices() -> Vec<Notice> {
        let record = |object, version| Notice::Record { object, id: ONE, version };
        let of_kind =
            |object| [Notice::Kind(object), record(object, Some(Version(3))), record(object, None)];
        FOLLOWED.into_iter().flat_map(of_kind).chain([Notice::Of(ME), Notice::Everything]).collect()
    }

    #[test]
    fn a_notice_is_read_as_it_was_written_and_nothing_else_is() {
        for notice in notices() {
            assert_eq!(notice.to_string().parse(), Ok(notice));
        }
        for wrong in [
            "",
            "user",
            "account x 1",
            "account 00000000-0000-0000-0000-000000000007 x",
            "account 00000000-0000-0000-0000-000000000007 1 2",
            "everything else",
            END,
            "of",
            "of x",
            "of 00000000-0000-0000-0000-000000000007 1",
        ] {
            assert_eq!(wrong.parse::<Notice>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn which_record_it_is_hears_only_who_sees_all_of_the_kind() {
        for (seen, object) in
            FOLLOWED.into_iter().flat_map(|object| Reach::ALL.map(|r| (r, object)))
        {
            let rights = Rights::default().set(object, Action::View, seen);
            for notice in notices().into_iter().filter(|notice| *notice != Notice::Of(ME)) {
                let told = notice.seen_by(ME, &rights);
                match notice.object() {
                    None => assert_eq!(told, Some(Notice::Everything)),
                    Some(about) if about != object || seen == Reach::None => assert_eq!(told, None),
                    Some(_) if seen == Reach::All => assert_eq!(told, Some(notice)),
                    Some(_) => assert_eq!(told, Some(Notice::Kind(object))),
                }
            }
        }
        let everything = Role::Admin.rights();
        let others = notices().into_iter().filter(|notice| *notice != Notice::Of(ME));
        assert!(others.into_iter().all(|notice| notice.seen_by(ME, &everything) == Some(notice)));
    }

    #[test]
    fn what_somebody_is_to_do_hears_nobody_else() {
        for rights in [Rights::default(), Role::Admin.rights()] {
            let told = |whose| Notice::Of(whose).seen_by(ME, &rights);
            assert_eq!(told(ME), Some(Notice::Kind(Object::Activity)));
            assert_eq!(told(UserId::NIL), None);
        }
    }
}
