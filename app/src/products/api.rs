//! Server functions of products: caller, parse, one store call.

use crate::error::AppError;
use domain::{
    account::FieldEdit,
    id::{OperationId, ProductId, Version},
    page::Page,
    product::{Product, ProductForm},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

#[cfg(feature = "ssr")]
use crate::ssr::{desk, respond};
#[cfg(feature = "ssr")]
use domain::{failure::Failure, page::Cursor};

/// A page of products by name: those in use, or those out of it; `after` is a cursor as it stands in an address.
#[server(input = GetUrl)]
pub async fn list_products(archived: bool, after: String) -> Result<Page<Product>, AppError> {
    let (db, caller) = desk()?;
    let after = Cursor::decode(&after);
    respond(db.product_page(&caller, archived, after.as_ref()).await.map_err(AppError::from))
}

/// Products in use whose code or name has what was typed in it.
#[server(input = GetUrl)]
pub async fn find_products(typed: String) -> Result<Vec<Product>, AppError> {
    let (db, caller) = desk()?;
    respond(db.products_like(&caller, &typed).await.map_err(AppError::from))
}

/// Makes a product. The same operation sent again makes no second one.
#[server(input = Json)]
pub async fn create_product(
    operation: OperationId,
    form: ProductForm,
) -> Result<ProductId, AppError> {
    let (db, caller) = desk()?;
    let answer = async {
        let house = db.organisation(&caller).await?.currency;
        let data = form.parse(house).map_err(Failure::Invalid)?;
        Ok(store::retry(|| db.create_product(&caller, operation, &data)).await?)
    };
    respond(answer.await)
}

/// Changes fields of a product; answers with its version then.
#[server(input = Json)]
pub async fn edit_product(
    id: ProductId,
    seen: Version,
    edits: Vec<FieldEdit>,
) -> Result<Version, AppError> {
    let (db, caller) = desk()?;
    respond(
        store::retry(|| db.edit_product(&caller, id, seen, &edits)).await.map_err(AppError::from),
    )
}
