//! Pipelines and their stages: how deals go from first contact to won or lost in an organisation, and what each stage
//! asks for.

mod called;

pub use called::{Called, called};

use crate::{
    account::{choices, whole},
    field::{FieldError, FormErrors},
    id::{PipelineId, StageId, Version},
    label::Label,
    opportunity::OpportunityField,
    time::{DAY, Instant},
};
use serde::{Deserialize, Serialize};

/// Most stages of a pipeline, the two that close included.
pub const MOST_STAGES: usize = 20;
/// Longest stay that a stage can be given, in days.
pub const MOST_DAYS: i64 = 3_650;

choices! {
    /// What it means for a deal to stand in a stage.
    StageKind {
        /// It is being worked on.
        Open = "open" ["进行中"],
        /// The customer said yes.
        Won = "won" ["赢单", "成交"],
        /// The customer said no, or nothing.
        Lost = "lost" ["输单", "丢单"],
    }
}

/// A step of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Identity.
    pub id: StageId,
    /// What people here call it.
    pub name: Label,
    /// What it means.
    pub kind: StageKind,
    /// How likely deals in it are won, in whole percent; 100 where they are, 0 where they are lost.
    pub probability: u8,
    /// After how many days a deal has stood here too long; `None` for never.
    pub max_days: Option<i64>,
    /// What has to be known of a deal that enters.
    pub required: Vec<OpportunityField>,
    /// Taken out of use: deals of the past stand in it, no other enters.
    pub archived: bool,
}

/// A way that deals go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Identity.
    pub id: PipelineId,
    /// Counts changes of it and its stages.
    pub version: Version,
    /// What people here call it.
    pub name: Label,
    /// Its stages in order, those out of use last.
    pub stages: Vec<Stage>,
}

impl Pipeline {
    /// The columns of its board.
    pub fn columns(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|stage| stage.kind == StageKind::Open && !stage.archived)
    }

    /// One of its stages.
    #[must_use]
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stage that closes deals in this way.
    #[must_use]
    pub fn closing(&self, kind: StageKind) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.kind == kind && !stage.archived)
    }
}

/// How long a deal has stood in its stage, as the dot on its card says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Within its time, or in a stage without one.
    Fresh,
    /// Within the last quarter of its time.
    Late,
    /// Beyond it.
    Over,
}

impl Stage {
    /// Whole days since `since`, and what they mean here.
    #[must_use]
    pub fn age(&self, since: Instant, now: Instant) -> (i64, Age) {
        let days = now.0.saturating_sub(since.0).max(0) / DAY;
        let age = match self.max_days {
            Some(max) if days > max => Age::Over,
            Some(max) if days * 4 > max * 3 => Age::Late,
            Some(_) | None => Age::Fresh,
        };
        (days, age)
    }
}

/// A stage as the form of its pipeline sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageForm {
    /// Id of one that is there already, or empty.
    pub id: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Kind code; empty means open.
    pub kind: String,
    /// Whole percent.
    pub probability: String,
    /// Whole days, or empty.
    pub max_days: String,
    /// Codes of fields, separated by commas.
    pub required: String,
}

/// Everything the form of a pipeline sends: the stages in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PipelineForm {
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Its stages.
    pub stages: Vec<StageForm>,
}

/// A stage that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDraft {
    /// The one it takes the place of, if any.
    pub id: Option<StageId>,
    /// Its name.
    pub name: Label,
    /// What it means.
    pub kind: StageKind,
    /// Whole percent.
    pub probability: u8,
    /// Longest stay in days.
    pub max_days: Option<i64>,
    /// What it asks for.
    pub required: Vec<OpportunityField>,
}

/// A pipeline that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineDraft {
    /// Its name.
    pub name: Label,
    /// The stages that are in use from now on: open ones in their order, then won, then lost.
    pub stages: Vec<StageDraft>,
}

impl PipelineForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every complaint at once: those of a stage under `stages.N.` and its field, `stages` where there are too many,
    /// or not one at least that is open and exactly one each that is won and lost.
    pub fn parse(&self) -> Result<PipelineDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = Label::read(&mut errors, "name", &self.name_en, &self.name_zh);
        let mut stages: Vec<StageDraft> = Vec::new();
        for (place, form) in self.stages.iter().take(MOST_STAGES).enumerate() {
            stages.extend(form.read(&mut errors, &format!("stages.{place}.")));
        }
        let of_kind = |kind| stages.iter().filter(|stage| stage.kind == kind).count();
        let distinct: std::collections::BTreeSet<_> =
            stages.iter().filter_map(|stage| stage.id).collect();
        if self.stages.len() > MOST_STAGES {
            errors.0.push(("stages".to_owned(), FieldError::TooMany { max: MOST_STAGES }));
        } else if errors.0.is_empty()
            && (of_kind(StageKind::Open) == 0
                || of_kind(StageKind::Won) != 1
                || of_kind(StageKind::Lost) != 1)
        {
            errors.0.push(("stages".to_owned(), FieldError::Required));
        } else if distinct.len() < stages.iter().filter(|stage| stage.id.is_some()).count() {
            errors.0.push(("stages".to_owned(), FieldError::Differs));
        }
        stages.sort_by_key(|stage| stage.kind);
        errors.into_result(PipelineDraft { name, stages })
    }
}

impl StageForm {
    fn read(&self, errors: &mut FormErrors, prefix: &str) -> Option<StageDraft> {
        let mut own = FormErrors::default();
        let name = Label::read(&mut own, "name", &self.name_en, &self.name_zh);
        let id = match self.id.trim() {
            "" => None,
            raw => own.take("id", raw.parse().map_err(|_| FieldError::Unknown)),
        };
        let kind = match self.kind.trim() {
            "" => Some(StageKind::Open),
            raw => own.take("kind", StageKind::parse(raw)),
        };
        let percent = whole(self.probability.trim_end_matches(['%', '％']), 0, 100);
        let percent = own.take("probability", percent).flatten();
        let probability = match kind {
            Some(StageKind::Won) => 100,
            Some(StageKind::Lost) => 0,
            Some(StageKind::Open) | None => {
                percent.and_then(|percent| u8::try_from(percent).ok()).unwrap_or(0)
            }
        };
        let max_days = own.take("max_days", whole(&self.max_days, 1, MOST_DAYS)).flatten();
        let required = own.take("required", asked_for(&self.required)).unwrap_or_default();
        let read = kind.filter(|_| own.0.is_empty());
        errors
            .0
            .extend(own.0.into_iter().map(|(field, error)| (format!("{prefix}{field}"), error)));
        read.map(|kind| StageDraft { id, name, kind, probability, max_days, required })
    }
}

/// Reads the codes of the fields that a stage asks for, each once, in the order of the form of a deal.
///
/// # Errors
/// `UnknownOption` for what no stage can ask for.
pub fn asked_for(codes: &str) -> Result<Vec<OpportunityField>, FieldError> {
    let named: Vec<OpportunityField> = codes
        .split(',')
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(OpportunityField::parse)
        .collect::<Result<_, _>>()?;
    if named.iter().any(|field| !OpportunityField::ASKED_FOR.contains(field)) {
        return Err(FieldError::UnknownOption);
    }
    Ok(OpportunityField::ASKED_FOR.into_iter().filter(|field| named.contains(field)).collect())
}

/// The fields that a stage asks for, as [`asked_for`] reads them.
#[must_use]
pub fn asked_for_codes(fields: &[OpportunityField]) -> String {
    fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, kind: &str) -> StageForm {
        StageForm {
            name_en: name.to_owned(),
            kind: kind.to_owned(),
            probability: "30 %".to_owned(),
            ..StageForm::default()
        }
    }

    fn form(stages: Vec<StageForm>) -> PipelineForm {
        PipelineForm { name_en: "Sales".to_owned(), stages, ..PipelineForm::default() }
    }

    #[test]
    fn stages_are_read_and_those_that_close_come_last() {
        let asks = StageForm {
            required: "next_step, value".to_owned(),
            max_days: "14".to_owned(),
            ..stage("New", "")
        };
        let draft = form(vec![stage("Lost", "lost"), asks, stage("Won", "won")]).parse().unwrap();
        let kinds: Vec<_> =
            draft.stages.iter().map(|stage| (stage.kind, stage.probability)).collect();
        assert_eq!(kinds, [(StageKind::Open, 30), (StageKind::Won, 100), (StageKind::Lost, 0)]);
        let first = &draft.stages[0];
        assert_eq!(first.required, [OpportunityField::Value, OpportunityField::NextStep]);
        assert_eq!(first.max_days, Some(14));
        assert_eq!(asked_for(&asked_for_codes(&first.required)), Ok(first.required.clone()));
    }

    #[test]
    fn complaints_name_the_stage() {
        let wrong = StageForm { probability: "101".to_owned(), ..stage("", "half") };
        let errors = form(vec![stage("New", ""), wrong]).parse().unwrap_err();
        assert_eq!(errors.about("stages.1.name_en"), Some(&FieldError::Required));
        assert_eq!(errors.about("stages.1.kind"), Some(&FieldError::UnknownOption));
        assert!(errors.about("stages.1.probability").is_some());
        let none = form(vec![stage("New", "")]).parse().unwrap_err();
        assert_eq!(none.about("stages"), Some(&FieldError::Required), "it closes nothing");
        assert_eq!(asked_for("name"), Err(FieldError::UnknownOption), "a name is always there");
    }

    #[test]
    fn the_dot_tells_how_long_a_deal_has_stood() {
        let draft = form(vec![stage("New", ""), stage("W", "won"), stage("L", "lost")]);
        let draft = draft.parse().unwrap().stages.remove(0);
        let stage = |max_days| Stage {
            id: StageId::NIL,
            name: draft.name.clone(),
            kind: draft.kind,
            probability: draft.probability,
            max_days,
            required: Vec::new(),
            archived: false,
        };
        let age = |days: i64, max| stage(max).age(Instant(0), Instant(days * DAY));
        assert_eq!(age(30, Some(40)), (30, Age::Fresh));
        assert_eq!(age(31, Some(40)), (31, Age::Late));
        assert_eq!(age(40, Some(40)), (40, Age::Late));
        assert_eq!(age(41, Some(40)), (41, Age::Over));
        assert_eq!(age(4_000, None), (4_000, Age::Fresh));
    }
}
