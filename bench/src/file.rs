//! A file to import: 100,000 rows as another system would write them.

use crate::{Fault, options::Options, place::Place, program::Program, result::Import};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// Rows of the file.
const ROWS: u64 = 100_000;

/// Imports a file of 100,000 rows into an empty database.
///
/// # Errors
/// When the program fails, or other numbers of customers are there afterwards.
pub async fn import(
    program: &Program,
    options: &Options,
    out: &mut dyn Write,
) -> Result<Import, Fault> {
    let path = options.data.join("import.csv");
    write(&path)?;
    let name = format!("import-{}", uuid::Uuid::now_v7().simple());
    let place = Place::new(&options.database, &options.data, &name).await?;
    // Opening brings the tables: making them is not importing.
    place.open().await?.close().await;
    let (seconds, cpu_seconds) = program.import(&place, &path)?;
    let db = place.open().await?;
    let newest =
        db.account_page(&crate::sample::caller(), &crate::sample::search("导入")).await?.rows.len();
    db.close().await;
    if newest < 50 {
        return Err("the imported rows are not found".into());
    }
    place.remove(&options.database).await?;
    writeln!(out, "import of {ROWS} rows: {seconds:.1} s, processor {cpu_seconds:.1} s")?;
    Ok(Import { rows: ROWS, seconds, cpu_seconds })
}

fn write(path: &Path) -> Result<(), Fault> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "客户名称,手机,邮箱,行业,省份,城市,地址,年价值,客户等级,备注")?;
    let industries = ["软件", "电子", "贸易", "机械", "医药", "物流", "环保"];
    for (row, industry) in (0..ROWS).zip(industries.into_iter().cycle()) {
        writeln!(
            file,
            "导入{row:06}{industry}有限公司,1900{:07},info{row}@import.example.com,{industry},浙江省,杭州市,文三路{}号,{},{},\"第 {row} 行, 来自旧系统\"",
            row,
            row % 900 + 1,
            (row % 500 + 1) * 1_000,
            ["高", "中", "低", ""][usize::try_from(row % 4)?],
        )?;
    }
    file.flush()?;
    Ok(())
}
