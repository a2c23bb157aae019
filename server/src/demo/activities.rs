//! What the people of the made-up company did and plan to do: calls and visits of the last weeks, and a list for each of
//! them today.

use super::{Company, operation, random::Random};
use crate::{complaint::Complaint, zone::Zones};
use domain::{
    activity::{ActivityData, ActivityDraft, ActivityForm, ActivityKind, CallResult, Due},
    date::Date,
    id::AccountNumber,
    note::Subject,
    policy::Caller,
    time::{DAY, HOUR, Instant},
};

const TO_DO: [&str; 8] = [
    "电话回访",
    "寄样品",
    "Send the offer",
    "确认付款条件",
    "Ask for the drawing",
    "更新报价",
    "Prepare the demo",
    "核对合同条款",
];
const SAID: [&str; 6] = [
    "对方要求下周给出报价。",
    "Wants a second device, budget comes in spring.",
    "技术参数已确认，等待采购审批。",
    "Asked for a reference customer nearby.",
    "交期可以接受，价格还要再谈。",
    "They will call back after the audit.",
];
const PLACES: [&str; 4] = ["苏州工业园区", "客户实验室", "Video call", "上海办公室"];

/// Most customers of a demo that something is planned for, and of how many one is.
const MOST: u64 = 240;
const ONE_IN: u64 = 3;

impl Company<'_> {
    /// Makes them; answers how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn add_activities(&self, time_zone: &str) -> Result<u64, Complaint> {
        let zone = Zones::default().around(time_zone, self.today).unwrap_or_default();
        let mut made = 0;
        for index in 0..(self.customers / ONE_IN).min(MOST) {
            let mut random = Random::of(self.seed, 0x6163_7469_0000 + index);
            let number = 1 + random.below(self.customers);
            let number = AccountNumber(i64::try_from(number).unwrap_or(1));
            let account = self.db.account(self.caller, number).await?;
            let Some(owner) = account.data.owner else { continue };
            if self.people.iter().all(|person| person.id != owner) {
                continue;
            }
            let subject = Subject::Account(account.id);
            let at = |now: Instant| Caller { user: owner, now, ..self.caller.clone() };
            let past = self.today.plus(-DAY * random.between(1, 28) + HOUR * random.between(1, 9));
            let kind = *[
                ActivityKind::Call,
                ActivityKind::Call,
                ActivityKind::Visit,
                ActivityKind::Meeting,
            ]
            .get(random.index(4).unwrap_or_default())
            .unwrap_or(&ActivityKind::Call);
            let mut data = ActivityData {
                kind,
                title: String::new(),
                body: random.pick(&SAID).to_owned(),
                place: String::new(),
                result: None,
                due: None,
                remind: None,
                remind_at: None,
                owner,
            };
            if kind == ActivityKind::Call {
                let reached =
                    if random.chance(75) { CallResult::Reached } else { CallResult::NoAnswer };
                data.result = Some(reached);
                if reached == CallResult::NoAnswer {
                    data.body = String::new();
                }
            } else {
                data.place = random.pick(&PLACES).to_owned();
            }
            let done = draft(data.clone(), Some(past));
            self.db.add_activity(&at(past), operation(), subject, &done).await?;
            made += 1;
            let date = Date::from_days(self.today.0.div_euclid(DAY) + random.between(-2, 6));
            let minute = u16::try_from(30 * random.between(17, 35)).unwrap_or(9 * 60);
            let due =
                if random.chance(50) { Due::at(date, minute, &zone) } else { Due::on(date, &zone) };
            let plan = ActivityData {
                kind: if random.chance(35) { ActivityKind::Call } else { ActivityKind::Task },
                title: random.pick(&TO_DO).to_owned(),
                body: String::new(),
                place: String::new(),
                result: None,
                due: Some(due),
                ..data
            };
            self.db.add_activity(&at(past), operation(), subject, &draft(plan, None)).await?;
            made += 1;
        }
        Ok(made)
    }
}

fn draft(data: ActivityData, done_at: Option<Instant>) -> ActivityDraft {
    ActivityDraft { data, done_at, next: None, typed: ActivityForm::default() }
}
