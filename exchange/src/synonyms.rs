//! What headers mean, in English and Chinese: the words people and other programs use for columns.

use domain::{
    account::AccountField as A,
    contact::ContactKind as C,
    import::Target::{self, Account, AccountContact, Contact, Person},
    person::PersonField as P,
    text,
};

/// What a header stands for; some are settled by the other columns and the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One target and no other.
    Is(Target),
    /// Name of a firm or of a person.
    Name,
    /// The family name alone.
    FamilyName,
    /// The given name alone.
    GivenName,
    /// A person, a phone or an e-mail address.
    AnyContact,
    /// Birthday of the person, or of the customer where there is none.
    Birthday,
    /// Job of the person, or of the customer where there is none.
    JobTitle,
    /// Last contact with the person, or with the customer where there is none.
    LastContact,
    /// Where the person or the customer came from.
    Source,
    /// Remark on the person or on the customer.
    Remark,
    /// Province or status.
    State,
    /// Country, province, city or street.
    Location,
    /// Goes behind the street: postal code, house number.
    StreetPart,
    /// Known, and not for us.
    Nothing,
}

use Meaning::{
    AnyContact, Birthday, FamilyName, GivenName, Is, JobTitle, LastContact, Location, Name,
    Nothing, Remark, Source, State, StreetPart,
};

const TABLE: &[(Meaning, &str)] = &[
    (
        Name,
        "name|customer name|client name|customer|client|display name|客户名称|客户|名称|客户全称",
    ),
    (FamilyName, "last name|surname|family name|姓|姓氏"),
    (GivenName, "first name|given name|forename|名"),
    (
        Is(Account(A::Name)),
        "company|company name|account|account name|organisation|organization|organisation name|\
         organization name|org|business name|firm|employer|associated company|legal name|\
         trading name|corporate name|company organization|公司|公司名称|单位|单位名称|企业|企业名称|\
         公司全称|单位全称|企业全称|所属公司|所在公司|工作单位|所属客户|所属单位|客户单位|客户公司|机构|\
         机构名称|商户名称|店铺名称|经销商名称|甲方|发票抬头",
    ),
    (
        Is(Person(P::FullName)),
        "full name|person|person name|contact name|contact person|primary contact|main contact|\
         contact full name|fn|attention|姓名|联系人|联系人姓名|客户姓名|名字|顾客姓名|会员姓名|真实姓名|\
         对接人|主要联系人|联络人|用户姓名|学员姓名|称呼",
    ),
    (
        Is(Account(A::ShortName)),
        "short name|abbreviation|alias|简称|客户简称|公司简称|企业简称|单位简称",
    ),
    (
        Is(Account(A::Kind)),
        "type|account type|customer type|client type|company type|kind|客户类型|客户类别|客户性质|类型|\
         类别|单位性质",
    ),
    (
        Is(Account(A::CreditCode)),
        "credit code|tax id|unified social credit code|social credit code|uscc|统一社会信用代码|社会信用代码|\
         信用代码|税号|纳税人识别号|统一信用代码",
    ),
    (
        Is(Account(A::Industry)),
        "industry|sector|vertical|line of business|trade|business sector|行业|所属行业|行业类别|客户行业|\
         行业分类|所在行业|行业类型|主营业务",
    ),
    (
        Is(Account(A::Employees)),
        "employees|number of employees|no of employees|num employees|employee count|headcount|\
         staff|company size|员工人数|员工数|员工数量|人数|人员规模|公司规模|企业规模",
    ),
    (
        Is(Account(A::Website)),
        "website|web site|web page|webpage|homepage|home page|url|web|web address|site|domain|\
         company domain name|网址|网站|官网|公司网址|主页|公司主页|官方网站|公司网站",
    ),
    (
        Is(Account(A::FoundedYear)),
        "founded|year founded|founded year|year established|established|established year|\
         founding year|foundation year|year of foundation|成立年份|创立年份|创办年份|注册年份|成立年",
    ),
    (
        Is(Account(A::AnnualRevenue)),
        "annual revenue|revenue|yearly revenue|turnover|annual sales|annual turnover|年营业额|营业额|\
         年收入|年销售额|年营收|营收|年产值",
    ),
    (
        Is(Account(A::Value)),
        "value|value a year|annual value|customer value|account value|yearly value|年价值|客户价值|\
         价值|年成交额|成交金额|合同金额",
    ),
    (
        Is(Account(A::Status)),
        "status|customer status|account status|lifecycle stage|lead status|客户状态|状态|客户阶段|\
         跟进状态|成交状态|生命周期",
    ),
    (
        Is(Account(A::Level)),
        "level|tier|rating|priority|customer level|customer grade|account tier|grade|rank|\
         importance|客户等级|客户级别|等级|级别|重要程度|重要性|客户分级|优先级|会员等级",
    ),
    (
        Source,
        "source|lead source|original source|channel|origin|referral source|来源|客户来源|线索来源|\
         来源渠道|渠道|获客渠道|信息来源|渠道来源|客户渠道",
    ),
    (
        Birthday,
        "birthday|birth date|date of birth|dob|birthdate|birth day|生日|出生日期|出生年月|出生年月日|\
         生辰|客户生日",
    ),
    (
        JobTitle,
        "job title|title|position|job|occupation|designation|profession|role|职位|职务|岗位|头衔|\
         职称|职业|担任职务|联系人职位",
    ),
    (Is(Person(P::Department)), "department|dept|division|部门|所属部门|所在部门|科室"),
    (Is(Person(P::Gender)), "gender|sex|性别|客户性别"),
    (Is(Person(P::BirthdayCalendar)), "birthday calendar|生日历法|历法|生日类型"),
    (
        LastContact,
        "last contact|last contacted|last contact date|last activity|last activity date|\
         last touch|last visit|last follow up|recent contact|最近联系|最近联系时间|最近联系日期|\
         最后联系|最后联系时间|最后联系日期|上次联系|上次联系时间|最近跟进|最近跟进时间|最后跟进时间|\
         上次跟进|最近拜访|联系日期|跟进日期",
    ),
    (
        Remark,
        "remark|remarks|note|notes|comment|comments|description|memo|additional information|\
         备注|说明|描述|备注信息|备注说明|附注|客户备注|简介|公司简介|补充说明",
    ),
    (
        Is(Target::Note),
        "call notes|meeting notes|interaction notes|history|contact history|跟进记录|联系记录|\
         沟通记录|拜访记录|跟进内容|沟通内容",
    ),
    (
        Is(Target::OwnerName),
        "owner|owner name|account owner|contact owner|company owner|lead owner|record owner|\
         sales rep|sales representative|salesperson|sales person|account manager|assigned to|\
         responsible|sales agent|in charge|负责人|客户经理|业务员|销售|销售员|销售代表|所属销售|\
         跟进人|归属人|所有者|业务经理|客户负责人|销售负责人|维护人",
    ),
    (
        Is(Target::Parent),
        "parent|parent customer|parent account|parent company|subsidiary of|parent organization|mother company|\
         母公司|上级公司|上级客户|所属集团|上级单位|集团名称|总公司|隶属",
    ),
    (Is(Target::Role), "role at the company|公司角色"),
    (Is(Target::FurtherJobs), "further companies|其他公司"),
    (Is(Target::FurtherAddresses), "further addresses|其他地址"),
    (
        Is(Target::Tags),
        "tags|tag|labels|label|categories|category|group|groups|keywords|group membership|标签|\
         客户标签|分组|客户分组|分类|客户分类",
    ),
    (
        Is(Target::ExternalId),
        "id|customer id|client id|account id|company id|contact id|person id|lead id|record id|\
         external id|customer no|customer number|account number|customer code|client number|\
         member id|member no|uid|uuid|rec id|crm id|user id|person number|company number|公司编号|客户编号|编号|客户编码|\
         编码|客户号|客户代码|客户id|会员号|会员编号|会员卡号|卡号|记录编号|联系人编号|档案号|外部编号",
    ),
    (
        Is(Contact(C::Mobile)),
        "mobile|mobile phone|mobile number|mobile no|cell|cell phone|cellphone|cell number|\
         手机|手机号|手机号码|移动电话|联系手机|手机电话|联系人手机",
    ),
    (
        Is(Contact(C::Phone)),
        "phone|telephone|tel|tel no|phone no|phone number|telephone number|contact number|\
         contact phone|work phone|business phone|office phone|home phone|other phone|phone value|\
         landline|primary phone|direct phone|电话|联系电话|电话号码|固定电话|座机|座机号码|座机号|固话|\
         办公电话|工作电话|家庭电话|联络电话|联系人电话",
    ),
    (
        Is(AccountContact(C::Phone)),
        "company phone|main phone|switchboard|company telephone|company phone number|公司电话|\
         单位电话|总机|企业电话|公司座机|前台电话",
    ),
    (
        Is(AccountContact(C::Email)),
        "company email|company email address|公司邮箱|单位邮箱|企业邮箱",
    ),
    (
        Is(Contact(C::Email)),
        "email|email address|mail|email value|primary email|work email|business email|\
         personal email|contact email|mail address|邮箱|电子邮箱|邮件|电子邮件|邮箱地址|邮件地址|电邮|\
         email地址|联系邮箱|工作邮箱|个人邮箱|电子邮件地址",
    ),
    (Is(Contact(C::Wechat)), "wechat|wechat id|weixin|微信|微信号|微信号码|微信id|个人微信"),
    (Is(Contact(C::Wecom)), "wecom|wecom id|企业微信|企微|企业微信号"),
    (
        Is(Contact(C::Other)),
        "other contact|qq|qq号|qq号码|skype|whatsapp|telegram|line id|fax|fax number|business fax|\
         linkedin|传真|传真号码|其他联系方式|钉钉",
    ),
    (
        AnyContact,
        "contact|contacts|contact info|contact details|contact information|联系方式|联络方式",
    ),
    (
        Is(Target::Country),
        "country|nation|country region|billing country|mailing country|business country|\
         business country region|home country|国家|国别|国家地区|所在国家",
    ),
    (
        Is(Target::Province),
        "province|billing state|billing state province|mailing state|mailing state province|\
         business state|home state|county|prefecture|省份|省|所在省份|所属省份|所在省",
    ),
    (
        Is(Target::City),
        "city|town|billing city|mailing city|business city|home city|suburb|municipality|城市|市|\
         所在城市|所在市|地市",
    ),
    (Is(Target::District), "district|borough|区|区县|县区|县|所在区县|所在区"),
    (
        Is(Target::Street),
        "street|address|street address|address line|full address|postal address|mailing address|\
         billing street|billing address|business street|business address|mailing street|\
         home address|home street|office address|company address|registered address|地址|联系地址|\
         详细地址|公司地址|单位地址|通讯地址|办公地址|客户地址|街道地址|街道|家庭地址|收货地址|住址|\
         所在地址|注册地址|经营地址|邮寄地址|通信地址",
    ),
    (
        StreetPart,
        "postcode|postal code|post code|zip|zip code|zip postal code|billing zip|\
         billing zip postal code|billing postal code|mailing zip postal code|mailing postal code|\
         business postal code|home postal code|house number|street number|unit|邮编|邮政编码|门牌号",
    ),
    (State, "state|state province|state region|province state|region state"),
    (
        Location,
        "location|office location|region|area|territory|headquarters|hq|hq location|based in|地区|\
         所在地|所在地区|所属地区|所属区域|区域|客户地区",
    ),
    (
        Nothing,
        "created|created at|created date|create date|created time|created by|creation date|\
         updated|updated at|last modified|last modified date|modified|modified date|age|row|\
         row number|what was wrong|序号|行号|创建时间|创建日期|创建人|更新时间|更新日期|修改时间|修改日期|\
         年龄|问题说明",
    ),
];

/// A header as compared: words in lower case between single blanks, without what stands in
/// brackets, without numbers and marks.
#[must_use]
pub fn words(header: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_u32;
    let mut before = ' ';
    for c in text::half_width(header).chars() {
        match c {
            '(' | '[' | '{' | '【' | '<' | '〔' => depth += 1,
            ')' | ']' | '}' | '】' | '>' | '〕' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => {
                if before.is_lowercase() && c.is_uppercase() {
                    plain.push(' ');
                }
                plain.push(c);
            }
        }
        before = c;
    }
    let keep = |raw: &str| -> String {
        text::fold(raw)
            .split(|c: char| !c.is_alphanumeric())
            .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let words = keep(&plain);
    if words.is_empty() {
        keep(&header.replace(['(', ')', '（', '）', '[', ']'], " "))
    } else {
        words
    }
}

/// What a header stands for, and whether the whole of it says so rather than its end.
#[must_use]
pub fn lookup(header: &str) -> Option<(Meaning, bool)> {
    let words = words(header);
    let joined = words.replace(' ', "");
    if joined.is_empty() {
        return None;
    }
    let all = || {
        TABLE.iter().flat_map(|(meaning, list)| list.split('|').map(|synonym| (*meaning, synonym)))
    };
    if let Some((meaning, _)) = all().find(|(_, synonym)| synonym.replace(' ', "") == joined) {
        return Some((meaning, true));
    }
    // The head of a compound stands last in both languages: "client mobile phone", "客户手机号码".
    all()
        .filter(|(meaning, synonym)| ends_with(&words, synonym) && may_end(*meaning, synonym))
        .max_by_key(|(_, synonym)| synonym.chars().count())
        .map(|(meaning, _)| (meaning, false))
}

fn ends_with(words: &str, synonym: &str) -> bool {
    if synonym.chars().all(text::is_han) {
        words.ends_with(synonym) && synonym.chars().count() >= 2
    } else {
        synonym.len() >= 4
            && words.strip_suffix(synonym).is_some_and(|before| before.ends_with(' '))
    }
}

/// Whether the end of a header is enough: a contract's number is no customer's number.
fn may_end(meaning: Meaning, synonym: &str) -> bool {
    match meaning {
        Name | AnyContact | State | Location | Nothing | Is(Target::ExternalId) => false,
        Is(Account(A::Name) | Person(P::FullName)) => {
            synonym.contains(' ')
                || (text::fold(synonym).chars().count() >= 3) && synonym.chars().all(text::is_han)
        }
        Is(Account(A::Kind | A::Status | A::Value | A::Employees)) => synonym.contains(' '),
        _ => true,
    }
}

/// Whether a cell is a header we know word for word.
#[must_use]
pub fn is_known(cell: &str) -> bool {
    cell.chars().count() <= 60 && lookup(cell).is_some_and(|(_, whole)| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_means_one_thing() {
        let mut seen = std::collections::HashMap::new();
        for (meaning, list) in TABLE {
            for synonym in list.split('|') {
                assert_eq!(words(synonym), synonym, "as compared");
                let before = seen.insert(synonym.replace(' ', ""), *meaning);
                assert!(before.is_none_or(|before| before == *meaning), "{synonym} twice");
            }
        }
    }

    #[test]
    fn headers_of_other_programs_are_read() {
        for (header, want) in [
            ("E-mail 1 - Value", Is(Contact(C::Email))),
            ("email_address", Is(Contact(C::Email))),
            ("FirstName", GivenName),
            ("*手机号码（必填）", Is(Contact(C::Mobile))),
            ("客户手机", Is(Contact(C::Mobile))),
            ("Billing State/Province", Is(Target::Province)),
            ("Business Country/Region", Is(Target::Country)),
            ("Phone 2", Is(Contact(C::Phone))),
            ("year_established", Is(Account(A::FoundedYear))),
            ("Ｅｍａｉｌ", Is(Contact(C::Email))),
            ("(ID)", Is(Target::ExternalId)),
            ("Associated company", Is(Account(A::Name))),
            ("联系人职务", JobTitle),
        ] {
            assert_eq!(lookup(header).map(|(meaning, _)| meaning), Some(want), "{header}");
        }
        for header in
            ["", "Product name", "合同编号", "手机归属地", "email opt out", "deal_stage", "颜色"]
        {
            assert_eq!(lookup(header), None, "{header}");
        }
    }
}
