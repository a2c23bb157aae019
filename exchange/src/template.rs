//! An empty file with the headers the import knows best, to be filled in.

use crate::rows_out::{CsvEncoding, CsvLines, XlsxRows};
use domain::lang::Lang;
use std::{
    io::{self, Seek, Write},
    path::Path,
};

/// The headers, English and Chinese.
const HEADERS: &[(&str, &str)] = &[
    ("Company", "公司"),
    ("Contact person", "联系人"),
    ("Job title", "职位"),
    ("Mobile", "手机"),
    ("Phone", "电话"),
    ("Email", "邮箱"),
    ("WeChat", "微信"),
    ("Customer type", "客户类型"),
    ("Status", "客户状态"),
    ("Level", "客户等级"),
    ("Industry", "行业"),
    ("Website", "网址"),
    ("Source", "来源"),
    ("Birthday", "生日"),
    ("Last contact", "最近联系"),
    ("Country", "国家"),
    ("Province", "省份"),
    ("City", "城市"),
    ("Address", "地址"),
    ("Tags", "标签"),
    ("Owner", "负责人"),
    ("Remark", "备注"),
];

/// The headers in a language.
#[must_use]
pub fn headers(lang: Lang) -> Vec<String> {
    HEADERS.iter().map(|(en, zh)| if lang == Lang::Zh { *zh } else { *en }.to_owned()).collect()
}

/// The file as CSV.
#[must_use]
pub fn csv(lang: Lang) -> Vec<u8> {
    let mut lines = CsvLines::new(CsvEncoding::Utf8);
    let mut bytes = lines.start().to_vec();
    bytes.extend(lines.line(&headers(lang)));
    bytes
}

/// The file as a workbook; `temp_dir` is needed while it is written.
///
/// # Errors
/// The disk's error, or the writer's.
pub fn xlsx(lang: Lang, temp_dir: &Path, out: impl Write + Seek + Send) -> io::Result<()> {
    let name = if lang == Lang::Zh { "客户" } else { "Customers" };
    XlsxRows::new(name, headers(lang), temp_dir)?.finish(out)
}
