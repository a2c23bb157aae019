//! How a deal moves: what a stage asks of whoever enters, what closing asks for, and how long a deal stood where.

use super::{OpportunityData, OpportunityField};
use crate::{
    account::{FieldEdit, NAME_CHARS, choices},
    field::{FieldError, FormErrors},
    id::{OpportunityId, StageId, UserId},
    pipeline::{Stage, StageKind},
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

choices! {
    /// Why a deal was won or lost.
    CloseReason {
        /// What it costs.
        Price = "price" ["价格"],
        /// What is sold.
        Product = "product" ["产品"],
        /// What comes with it.
        Service = "service" ["服务"],
        /// Who knows whom.
        Relationship = "relationship" ["关系"],
        /// Somebody else sells it.
        Competitor = "competitor" ["竞争对手"],
        /// There is no money for it.
        Budget = "budget" ["预算"],
        /// Now, or not now.
        Timing = "timing" ["时机"],
        /// The customer no longer answers.
        NoAnswer = "no_answer" ["无回应"],
        /// Another one, which the note tells.
        Other = "other" ["其他"],
    }
}

impl CloseReason {
    /// Whether a deal can be closed in this way for it.
    #[must_use]
    pub fn fits(self, kind: StageKind) -> bool {
        match self {
            Self::Price | Self::Product | Self::Service | Self::Timing | Self::Other => {
                kind != StageKind::Open
            }
            Self::Relationship => kind == StageKind::Won,
            Self::Competitor | Self::Budget | Self::NoAnswer => kind == StageKind::Lost,
        }
    }
}

/// Why and how a deal was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Why.
    pub reason: CloseReason,
    /// What is to be said besides, or empty.
    pub note: String,
}

/// Where in a stage a card is put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On top of all.
    #[default]
    Top,
    /// Below all.
    Bottom,
    /// Right above another card; on top when that one is no longer there.
    Above(OpportunityId),
    /// Right below another card; on top when that one is no longer there.
    Below(OpportunityId),
}

/// A move as it was asked for: by dragging, by a menu or by a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageMove {
    /// Where to; the stage it stands in already for another place there.
    pub stage: StageId,
    /// Where in it.
    pub place: Place,
    /// What the stage asked for and was filled in.
    pub edits: Vec<FieldEdit>,
    /// Why it is closed: a code of [`CloseReason`], or empty.
    pub reason: String,
    /// What is to be said about that.
    pub note: String,
}

/// What a stage asks for that is not known of a deal.
pub fn missing<'a>(
    data: &'a OpportunityData,
    stage: &'a Stage,
) -> impl Iterator<Item = OpportunityField> + 'a {
    stage.required.iter().copied().filter(|field| data.get(*field).is_empty())
}

/// Refuses a deal that does not know what `stage` asks for.
///
/// # Errors
/// [`FieldError::Required`] under the name of each missing field.
pub fn must_have(data: &OpportunityData, stage: &Stage) -> Result<(), FormErrors> {
    let errors =
        missing(data, stage).map(|field| (field.code().to_owned(), FieldError::Required)).collect();
    FormErrors(errors).into_result(())
}

/// Whether a deal with `data` may go from a stage of the kind `from` to the stage `to`, and what closes it there.
/// Reopening asks for what the stage asks for; between stages that close in the same way nothing is asked again.
///
/// # Errors
/// What is missing: fields of the stage, and `reason` and `note` where it closes; `stage` for one that is out of use.
pub fn closing(
    data: &OpportunityData,
    from: StageKind,
    to: &Stage,
    moved: &StageMove,
) -> Result<Option<Closing>, FormErrors> {
    if to.archived {
        return Err(FormErrors::one("stage", FieldError::UnknownOption));
    }
    let mut errors = must_have(data, to).err().unwrap_or_default();
    if to.kind == StageKind::Open || (to.kind == from && moved.reason.trim().is_empty()) {
        return errors.into_result(None);
    }
    let reason = match moved.reason.trim() {
        "" => Err(FieldError::Required),
        raw => CloseReason::parse(raw).and_then(|reason| {
            if reason.fits(to.kind) { Ok(reason) } else { Err(FieldError::UnknownOption) }
        }),
    };
    let reason = errors.take("reason", reason);
    let note = errors.take("note", text::line(&moved.note, NAME_CHARS)).flatten();
    if reason == Some(CloseReason::Other) && note.is_none() && errors.about("note").is_none() {
        errors.0.push(("note".to_owned(), FieldError::Required));
    }
    let closing = reason.map(|reason| Closing { reason, note: note.unwrap_or_default() });
    errors.into_result(closing)
}

/// One stay of a deal in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageVisit {
    /// Where.
    pub stage: StageId,
    /// From when on.
    pub entered_at: Instant,
    /// Until when; `None` while it stands there.
    pub left_at: Option<Instant>,
    /// Who put it there.
    pub by: UserId,
}

/// How long a deal stood in each stage until `now`, in milliseconds, all its stays together.
#[must_use]
pub fn time_in_stages(visits: &[StageVisit], now: Instant) -> BTreeMap<StageId, i64> {
    let mut times = BTreeMap::new();
    for visit in visits {
        let until = visit.left_at.unwrap_or(now);
        let stayed = until.0.saturating_sub(visit.entered_at.0).max(0);
        *times.entry(visit.stage).or_insert(0) += stayed;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Label;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn stage(kind: StageKind, required: &[OpportunityField]) -> Stage {
        Stage {
            id: StageId(Uuid::from_u128(kind as u128 + 1)),
            name: Label::default(),
            kind,
            probability: 50,
            max_days: None,
            required: required.to_vec(),
            archived: false,
        }
    }

    fn reason(reason: &str, note: &str) -> StageMove {
        StageMove { reason: reason.to_owned(), note: note.to_owned(), ..StageMove::default() }
    }

    #[test]
    fn a_stage_gets_what_it_asks_for() {
        let to = stage(StageKind::Open, &[OpportunityField::Value, OpportunityField::NextStep]);
        let mut data = OpportunityData::default();
        let errors = closing(&data, StageKind::Open, &to, &StageMove::default()).unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["value", "next_step"]);
        data.set(OpportunityField::Value, "5").unwrap();
        data.set(OpportunityField::NextStep, "Call").unwrap();
        assert_eq!(closing(&data, StageKind::Open, &to, &StageMove::default()), Ok(None));
        let gone = Stage { archived: true, ..to };
        let refused = closing(&data, StageKind::Open, &gone, &StageMove::default()).unwrap_err();
        assert_eq!(refused.about("stage"), Some(&FieldError::UnknownOption));
    }

    #[test]
    fn closing_asks_why_and_reopening_does_not() {
        let data = OpportunityData::default();
        let try_to = |from, to, moved: &StageMove| closing(&data, from, &stage(to, &[]), moved);
        let (open, won, lost) = (StageKind::Open, StageKind::Won, StageKind::Lost);
        for to in [won, lost] {
            let refused = try_to(open, to, &reason("", "")).unwrap_err();
            assert_eq!(refused.about("reason"), Some(&FieldError::Required));
        }
        let told = try_to(open, lost, &reason("价格", " too dear ")).unwrap();
        let expected = Closing { reason: CloseReason::Price, note: "too dear".to_owned() };
        assert_eq!(told, Some(expected));
        let refused = try_to(open, won, &reason("competitor", "")).unwrap_err();
        assert_eq!(refused.about("reason"), Some(&FieldError::UnknownOption));
        let refused = try_to(open, won, &reason("other", "")).unwrap_err();
        assert_eq!(refused.about("note"), Some(&FieldError::Required));
        assert_eq!(try_to(lost, open, &reason("", "")), Ok(None));
        assert_eq!(try_to(won, won, &reason("", "")), Ok(None), "it stays closed as it was");
        assert!(try_to(won, lost, &reason("", "")).is_err());
    }

    proptest! {
        #[test]
        fn stays_add_up_to_the_life_of_a_deal(
            steps in proptest::collection::vec((0_u128..4, 0_i64..1_000), 1..20),
            rest in 0_i64..1_000,
        ) {
            let mut at = 0;
            let mut visits: Vec<StageVisit> = Vec::new();
            for (stage, stay) in steps {
                if let Some(last) = visits.last_mut() {
                    last.left_at = Some(Instant(at));
                }
                let stage = StageId(Uuid::from_u128(stage));
                visits.push(StageVisit { stage, entered_at: Instant(at), left_at: None, by: UserId::NIL });
                at += stay;
            }
            let times = time_in_stages(&visits, Instant(at + rest));
            prop_assert_eq!(times.values().sum::<i64>(), at + rest);
            for (stage, time) in times {
                let naive: i64 = visits.iter().filter(|visit| visit.stage == stage)
                    .map(|visit| visit.left_at.unwrap_or(Instant(at + rest)).0 - visit.entered_at.0).sum();
                prop_assert_eq!(time, naive);
            }
        }
    }
}
