//! What customers of the made-up company complained about, asked and suggested over the last months.

use super::{Company, operation, random::Random};
use crate::{complaint::Complaint, zone::Zones};
use domain::{
    account::FieldEdit,
    case::{
        CaseChannel, CaseData, CaseDraft, CaseField, CaseKind, CasePriority, CaseStatus, Counting,
        MessageDraft, MessageKind,
    },
    id::{AccountNumber, UserId, Version},
    policy::Caller,
    service::ServicePolicy,
    time::{DAY, HOUR, Instant, MINUTE},
};

/// What was said: kind, subject, the customer's words, the answer, and what was done.
type Story = (CaseKind, &'static str, &'static str, &'static str, &'static str);

const STORIES: [Story; 10] = [
    (
        CaseKind::Complaint,
        "货物延迟两周",
        "合同约定月底到货，现在还没有物流信息。",
        "已联系物流，今天下午给你准确的到货时间。",
        "改用空运补发，并减免运费。",
    ),
    (
        CaseKind::Complaint,
        "Device arrived with a scratched panel",
        "The front panel has a deep scratch across the display.",
        "Sorry about that. A new panel leaves our store today.",
        "Panel replaced on site, packing changed.",
    ),
    (
        CaseKind::Complaint,
        "发票抬头有误",
        "发票上的公司名称少了两个字，无法入账。",
        "重新开具的发票今天寄出。",
        "已重开发票，并核对了系统中的抬头。",
    ),
    (
        CaseKind::Complaint,
        "Nobody called back about the leak",
        "I left two messages and the pump still leaks.",
        "A technician is with you tomorrow morning.",
        "Seal replaced; call-back is now checked every noon.",
    ),
    (
        CaseKind::Question,
        "如何更换滤芯",
        "说明书里没有找到更换滤芯的步骤。",
        "更换步骤和视频已经发给你。",
        "发送了操作视频，并更新了说明书。",
    ),
    (
        CaseKind::Question,
        "Which calibration do we need for the audit?",
        "Our auditor asks for a certificate that names the reference.",
        "You need the traceable one; the offer is on its way.",
        "Explained the two certificates and sent an offer.",
    ),
    (
        CaseKind::Question,
        "备件的交期是多久",
        "常用备件大概多久能到？",
        "常用备件有库存，三天内发货。",
        "已告知库存和交期。",
    ),
    (
        CaseKind::Suggestion,
        "Invoices as one file each month",
        "One PDF a month instead of one mail per invoice, please.",
        "Good idea, we look into it.",
        "Monthly collective invoice switched on.",
    ),
    (
        CaseKind::Suggestion,
        "希望增加微信通知",
        "发货以后如果能收到微信通知就好了。",
        "已记录，我们会在下个版本考虑。",
        "列入下半年的改进计划。",
    ),
    (
        CaseKind::Suggestion,
        "A darker theme for the control unit",
        "The display is too bright at night.",
        "We pass that on to development.",
        "Planned for the next firmware.",
    ),
];

const CATEGORIES: [&str; 4] = ["交付 Delivery", "质量 Quality", "账务 Billing", "使用 Operation"];
const CAUSES: [&str; 4] = ["物流安排", "Packing", "资料不全", "Nobody in charge"];

/// Most cases of a demo, and one for how many customers.
const MOST: u64 = 90;
const ONE_IN: u64 = 6;
/// Days over which they came in.
const DAYS: i64 = 150;

impl Company<'_> {
    /// Makes them; answers how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) async fn add_cases(&self, time_zone: &str) -> Result<u64, Complaint> {
        let zone = Zones::default().around(time_zone, self.today).unwrap_or_default();
        let categories = CATEGORIES.map(str::to_owned).into();
        let policy = ServicePolicy { categories, ..ServicePolicy::default() };
        self.db.save_service_policy(self.caller, Version(0), &policy).await?;
        let counting = Counting { policy: &policy, zone: &zone };
        let count = (self.customers / ONE_IN).min(MOST);
        for index in 0..count {
            self.said(index, count, counting).await?;
        }
        Ok(count)
    }

    async fn said(&self, index: u64, count: u64, counting: Counting<'_>) -> Result<(), Complaint> {
        let mut random = Random::of(self.seed, 0x6361_7365_0000 + index);
        let number = AccountNumber(i64::try_from(1 + random.below(self.customers)).unwrap_or(1));
        let account = self.db.account(self.caller, number).await?;
        let Some(owner) = account.data.owner else { return Ok(()) };
        let place = random.index(STORIES.len()).unwrap_or_default();
        let Some((kind, subject, said, answer, solution)) = STORIES.get(place).copied() else {
            return Ok(());
        };
        let priority = match random.below(10) {
            0 => CasePriority::Urgent,
            1..=3 => CasePriority::High,
            9 => CasePriority::Low,
            _ => CasePriority::Normal,
        };
        let channel =
            *[CaseChannel::Phone, CaseChannel::Email, CaseChannel::Chat, CaseChannel::Visit]
                .get(random.index(4).unwrap_or_default())
                .unwrap_or(&CaseChannel::Phone);
        // The last tenth came in during the last day; the others are spread over the months before.
        let fresh = index >= count - count.div_ceil(10);
        let ago = if fresh { 0 } else { random.between(1, DAYS) };
        let came = self
            .today
            .plus(-DAY * ago + HOUR * random.between(1, 8) + MINUTE * random.between(0, 59));
        let data = CaseData {
            subject: subject.to_owned(),
            category: random.pick(&CATEGORIES).to_owned(),
            priority,
            owner: Some(owner),
            account: Some(number),
            ..CaseData::new(kind, channel)
        };
        let draft = CaseDraft { data, body: said.to_owned() };
        let number =
            self.db.create_case(&self.at(came, owner), operation(), &draft, counting).await?;
        if fresh {
            return Ok(());
        }
        let case = self.db.case(self.caller, number).await?;
        let answered = came.plus(HOUR * random.between(1, 20));
        let message = MessageDraft { kind: MessageKind::Answer, body: answer.to_owned() };
        let at = self.at(answered, owner);
        let seen =
            self.db.write_case_message(&at, operation(), case.id, &message, counting).await?;
        // What came in lately is not all solved.
        if ago < 12 && random.chance(60) {
            return Ok(());
        }
        let solved = answered.plus(HOUR * random.between(1, 70));
        let edit = |field: CaseField, value: &str| FieldEdit {
            field: field.code().to_owned(),
            value: value.to_owned(),
        };
        let edits = [
            edit(CaseField::Solution, solution),
            edit(CaseField::Cause, random.pick(&CAUSES)),
            edit(CaseField::Status, CaseStatus::Resolved.code()),
        ];
        self.db.edit_case(&self.at(solved, owner), case.id, seen, &edits, counting).await?;
        Ok(())
    }

    /// The installation at another time, in the place of somebody.
    fn at(&self, now: Instant, user: UserId) -> Caller {
        Caller { user, now, ..self.caller.clone() }
    }
}
