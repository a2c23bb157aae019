//! Which stage a word means that a file or another system has for it: one of that name, one of that kind, or the one
//! that is most like it.

use super::{Pipeline, Stage, StageKind};
use crate::{id::PipelineId, text};

/// A stage that was found by a word.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// The way it is part of.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: &'a Stage,
    /// Whether the word is its name or its kind, and not only something alike.
    pub certain: bool,
}

/// Words for deals that are won and lost, each as it is compared or a word of a longer name.
const WON: [&str; 7] = ["won", "win", "成交", "赢", "签约成功", "已签约", "成功"];
const LOST: [&str; 8] = ["lost", "lose", "dead", "abandoned", "丢", "输", "失败", "流失"];
/// Words of names that stages have elsewhere, and how likely deals in them are won, in percent: later ones first.
const LADDER: [(&str, u8); 29] = [
    ("contract", 90),
    ("verbal", 90),
    ("合同", 90),
    ("negotiat", 70),
    ("谈判", 70),
    ("decision", 60),
    ("proposal", 50),
    ("quot", 50),
    ("方案", 50),
    ("报价", 50),
    ("presentation", 40),
    ("demo", 40),
    ("演示", 40),
    ("qualif", 30),
    ("engag", 30),
    ("discover", 30),
    ("analysis", 30),
    ("需求", 30),
    ("meeting", 20),
    ("appointment", 20),
    ("contacted", 20),
    ("意向", 20),
    ("prospect", 10),
    ("lead", 10),
    ("new", 10),
    ("open", 10),
    ("初步", 10),
    ("接触", 10),
    ("线索", 10),
];

fn squeezed(name: &str) -> String {
    text::fold(name).replace(' ', "")
}

/// What a word says of a deal.
fn kind_of(folded: &str) -> Option<StageKind> {
    let says = |words: &[&str]| {
        words.iter().any(|word| {
            let han = word.chars().any(text::is_han);
            (han && folded.contains(word))
                || folded.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word)
        })
    };
    let read = StageKind::parse(folded).ok();
    read.or_else(|| says(&LOST).then_some(StageKind::Lost))
        .or_else(|| says(&WON).then_some(StageKind::Won))
}

/// The stage that `typed` means, in the pipeline that `way` names where it names one: the stage of that name, else the
/// one that closes deals in that way, else the open one that is most like it. None where there is no pipeline.
#[must_use]
pub fn called<'a>(pipelines: &'a [Pipeline], way: &str, typed: &str) -> Option<Called<'a>> {
    let (way, wanted) = (squeezed(way), squeezed(typed));
    let named = |pipeline: &&Pipeline| {
        [&pipeline.name.en, &pipeline.name.zh].iter().any(|name| squeezed(name) == way)
    };
    let meant = pipelines.iter().find(named).filter(|_| !way.is_empty());
    let among = meant.map_or(pipelines, std::slice::from_ref);
    let is_it = |stage: &&Stage| {
        !stage.archived
            && [&stage.name.en, &stage.name.zh].iter().any(|name| squeezed(name) == wanted)
    };
    if !wanted.is_empty()
        && let Some((pipeline, stage)) = among
            .iter()
            .find_map(|pipeline| Some((pipeline.id, pipeline.stages.iter().find(is_it)?)))
    {
        return Some(Called { pipeline, stage, certain: true });
    }
    let pipeline = among.first()?;
    let folded = text::fold(typed);
    if let Some(kind @ (StageKind::Won | StageKind::Lost)) = kind_of(&folded) {
        let stage = pipeline.closing(kind)?;
        return Some(Called { pipeline: pipeline.id, stage, certain: true });
    }
    let step = LADDER.iter().find(|(word, _)| folded.contains(word)).map(|(_, chance)| *chance);
    let far = |stage: &&Stage| stage.probability.abs_diff(step.unwrap_or(0));
    let stage = match step {
        Some(_) => pipeline.columns().min_by_key(far)?,
        None => pipeline.columns().next()?,
    };
    let certain = wanted.is_empty() || StageKind::parse(&folded).is_ok();
    Some(Called { pipeline: pipeline.id, stage, certain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{StageId, Version},
        label::Label,
    };
    use uuid::Uuid;

    fn pipeline() -> Pipeline {
        let stage = |at: u128, en: &str, zh: &str, kind, probability| Stage {
            id: StageId(Uuid::from_u128(at)),
            name: Label { en: en.to_owned(), zh: zh.to_owned() },
            kind,
            probability,
            max_days: None,
            required: Vec::new(),
            archived: false,
        };
        Pipeline {
            id: PipelineId(Uuid::from_u128(9)),
            version: Version(1),
            name: Label { en: "Sales".to_owned(), zh: "销售".to_owned() },
            stages: vec![
                stage(1, "New", "初步接触", StageKind::Open, 10),
                stage(2, "Qualified", "需求确认", StageKind::Open, 30),
                stage(3, "Proposal", "方案报价", StageKind::Open, 50),
                stage(4, "Won", "赢单", StageKind::Won, 100),
                stage(5, "Lost", "输单", StageKind::Lost, 0),
            ],
        }
    }

    #[test]
    fn words_of_other_systems_find_the_stage_that_is_most_like_them() {
        let all = [pipeline()];
        for (typed, stage, certain) in [
            ("qualified", "Qualified", true),
            ("方案 报价", "Proposal", true),
            ("Won", "Won", true),
            ("Closed Lost", "Lost", true),
            ("丢单", "Lost", true),
            ("Prospecting", "New", false),
            ("Engaging", "Qualified", false),
            ("Proposal/Price Quote", "Proposal", false),
            ("Negotiation", "Proposal", false),
            ("Wonderful", "New", false),
            ("", "New", true),
        ] {
            let found = called(&all, "", typed).unwrap();
            assert_eq!((found.stage.name.en.as_str(), found.certain), (stage, certain), "{typed}");
        }
        let mut other = pipeline();
        other.name.en = "Partners".to_owned();
        other.id = PipelineId(Uuid::from_u128(8));
        let two = [pipeline(), other];
        assert_eq!(called(&two, "partners", "Won").unwrap().pipeline.0, Uuid::from_u128(8));
        assert!(called(&[], "", "Won").is_none());
    }
}
