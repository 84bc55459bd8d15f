// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

extension Checkout {
    /// Says that a business buys, or no longer. Whether it then pays no tax is for the quote to say.
    package func setTaxID(_ taxID: TaxID?, of id: Cart.ID, version: Int64?) async throws -> CartContents {
        try await change(id, version: version) { tx, cart, _ in
            try tx.execute("UPDATE carts SET tax_id = \(taxID?.text) WHERE id = \(cart.id)")
        }
    }
}
