// KarooExpress – Apache-2.0

import KarooCrypto
package import KarooDatabase

extension Migration {
    /// Every step of the server's schema, in order. A step is never edited once it was released: add one.
    package static let all: [Migration] = [
        step(1, "stock", PackageResources.m0001_stock_sql),
        step(2, "carts", PackageResources.m0002_carts_sql),
        step(3, "payments", PackageResources.m0003_payments_sql),
        step(4, "orders", PackageResources.m0004_orders_sql),
        step(5, "ledger", PackageResources.m0005_ledger_sql),
        step(6, "users", PackageResources.m0006_users_sql),
        step(7, "outbox", PackageResources.m0007_outbox_sql),
        step(8, "agreements", PackageResources.m0008_agreements_sql),
        step(9, "second factors", PackageResources.m0009_second_factors_sql),
        step(10, "promotions", PackageResources.m0010_promotions_sql),
        step(11, "payment providers", PackageResources.m0011_payment_providers_sql),
        step(12, "account things", PackageResources.m0012_account_things_sql),
        step(13, "rates", PackageResources.m0013_rates_sql),
        step(14, "commissions", PackageResources.m0014_commissions_sql),
        step(15, "payouts", PackageResources.m0015_payouts_sql),
        step(16, "invoices", PackageResources.m0016_invoices_sql),
    ]

    private static func step(_ number: Int64, _ name: String, _ sql: [UInt8]) -> Migration {
        Migration(number: number, name: name, sql: String(decoding: sql, as: UTF8.self), digest: SHA256.digest(of: sql).hex)
    }
}
