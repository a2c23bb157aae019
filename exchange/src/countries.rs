//! Names of countries and of Chinese provinces, to tell columns of places apart by their values.
//! Short names in English and Chinese after ISO 3166-1 and GB/T 2260.

use domain::text;
use std::{collections::HashSet, sync::LazyLock};

const ENGLISH: &str = "Afghanistan|Albania|Algeria|Andorra|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia and Herzegovina|Botswana|Brazil|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Canada|Cape Verde|Chad|Chile|China|PR China|Colombia|Congo|Costa Rica|Croatia|Cuba|Cyprus|Czech Republic|Czechia|Denmark|Djibouti|Dominican Republic|Ecuador|Egypt|El Salvador|England|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Great Britain|Greece|Guatemala|Guinea|Guyana|Haiti|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Korea|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macao|Macau|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Mauritania|Mauritius|Mexico|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Korea|North Macedonia|Northern Ireland|Norway|Oman|Pakistan|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Russian Federation|Rwanda|Samoa|San Marino|Saudi Arabia|Scotland|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|The Netherlands|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey|Türkiye|Turkmenistan|UAE|Uganda|UK|Ukraine|United Arab Emirates|United Kingdom|United States|United States of America|Uruguay|US|USA|Uzbekistan|Vanuatu|Vatican City|Venezuela|Viet Nam|Vietnam|Wales|Yemen|Zambia|Zimbabwe";

const CHINESE: &str = "阿富汗|阿尔巴尼亚|阿尔及利亚|安哥拉|阿根廷|亚美尼亚|澳大利亚|奥地利|阿塞拜疆|巴林|孟加拉国|白俄罗斯|比利时|玻利维亚|巴西|文莱|保加利亚|柬埔寨|喀麦隆|加拿大|智利|中国|中华人民共和国|哥伦比亚|哥斯达黎加|克罗地亚|古巴|塞浦路斯|捷克|丹麦|多米尼加|厄瓜多尔|埃及|萨尔瓦多|爱沙尼亚|埃塞俄比亚|芬兰|法国|格鲁吉亚|德国|加纳|希腊|危地马拉|洪都拉斯|匈牙利|冰岛|印度|印度尼西亚|印尼|伊朗|伊拉克|爱尔兰|以色列|意大利|牙买加|日本|约旦|哈萨克斯坦|肯尼亚|韩国|朝鲜|科威特|吉尔吉斯斯坦|老挝|拉脱维亚|黎巴嫩|利比亚|立陶宛|卢森堡|马来西亚|马尔代夫|马耳他|毛里求斯|墨西哥|摩尔多瓦|摩纳哥|蒙古|黑山|摩洛哥|莫桑比克|缅甸|纳米比亚|尼泊尔|荷兰|新西兰|尼加拉瓜|尼日利亚|挪威|阿曼|巴基斯坦|巴勒斯坦|巴拿马|巴拉圭|秘鲁|菲律宾|波兰|葡萄牙|卡塔尔|罗马尼亚|俄罗斯|卢旺达|沙特阿拉伯|沙特|塞内加尔|塞尔维亚|新加坡|斯洛伐克|斯洛文尼亚|南非|西班牙|斯里兰卡|苏丹|瑞典|瑞士|叙利亚|塔吉克斯坦|坦桑尼亚|泰国|突尼斯|土耳其|土库曼斯坦|乌干达|乌克兰|阿联酋|阿拉伯联合酋长国|英国|美国|乌拉圭|乌兹别克斯坦|委内瑞拉|越南|也门|赞比亚|津巴布韦";

const PROVINCES: &str = "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门";

static COUNTRIES: LazyLock<HashSet<String>> =
    LazyLock::new(|| ENGLISH.split('|').chain(CHINESE.split('|')).map(text::fold).collect());

/// Whether the text is the name of a country.
#[must_use]
pub fn is_country(raw: &str) -> bool {
    COUNTRIES.contains(&text::fold(raw))
}

/// Whether the text is the name of a Chinese province, with or without what follows it.
#[must_use]
pub fn is_province(raw: &str) -> bool {
    let name = text::fold(raw);
    PROVINCES.split('|').any(|province| {
        name.strip_prefix(province).is_some_and(|rest| {
            matches!(rest, "" | "省" | "市" | "自治区" | "特别行政区")
                || (rest.ends_with("自治区") && rest.chars().count() <= 8)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_in_both_languages() {
        for name in ["United States", "kenya", "中国", " 美国 "] {
            assert!(is_country(name), "{name}");
        }
        for name in ["江苏", "江苏省", "北京市", "广西壮族自治区", "澳门特别行政区"]
        {
            assert!(is_province(name), "{name}");
        }
        for name in ["", "Paris", "南京市", "北京路1号"] {
            assert!(!is_country(name) && !is_province(name), "{name}");
        }
    }
}
