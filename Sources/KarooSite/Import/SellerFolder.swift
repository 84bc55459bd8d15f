// KarooExpress – Apache-2.0

import Glibc
import KarooCommerce

/// The folder of one seller below Content, as far as an import reads and writes it.
///
/// Every file is written whole beside its place and then renamed into it: whoever looks sees the old file or the new one.
struct SellerFolder: Sendable {
    private static let fetchedName = "images/fetched.jsonl"

    private let folder: SourceFolder
    private let seller: Seller.ID

    init(content: SourceFolder, seller: Seller.ID) {
        self.seller = seller
        folder = content.folder("sellers").folder(seller.text)
    }

    /// What messages call the bulk file.
    var shownLines: String { folder.shown(ProductLines.fileName) }

    // MARK: Reading

    /// The lines that stand there; none when there is no file. Throws when the file cannot be read.
    func lines(_ issues: inout Issues) throws(BuildIssue) -> ProductLines {
        let byHand = Set((folder.folder("products").names() ?? []).filter(\.isFolder).map(\.name))
        return ProductLines(try contents(of: ProductLines.fileName), file: shownLines, writtenByHand: byHand, &issues)
    }

    /// The pictures that earlier imports fetched, as addresses and their files, without those whose file is gone.
    func fetched() throws(BuildIssue) -> FetchedPictures {
        let bytes = try contents(of: SellerFolder.fetchedName)
        return FetchedPictures(bytes) { folder.has($0) }
    }

    /// Empty when there is no such file.
    private func contents(of name: String) throws(BuildIssue) -> [UInt8] {
        var status = stat()
        if stat("\(folder.path)/\(name)", &status) != 0, errno == ENOENT { return [] }
        return try folder.file(name).withBytes { Array($0) }
    }

    // MARK: Writing

    func write(lines: [UInt8]) throws(BuildIssue) { try write(lines, to: ProductLines.fileName) }

    func write(picture: [UInt8], to name: String) throws(BuildIssue) { try write(picture, to: name) }

    func write(_ fetched: FetchedPictures) throws(BuildIssue) { try write(fetched.bytes, to: SellerFolder.fetchedName) }

    /// A first `seller.yaml`, to be filled in by hand; nothing where there is one. True when it was written.
    func writeSeller(country: String) throws(BuildIssue) -> Bool {
        guard !folder.has(SellerReader.fileName) else { return false }
        try write(Array(SellerFolder.sellerFile(seller, country: country).utf8), to: SellerReader.fileName)
        return true
    }

    private static func sellerFile(_ seller: Seller.ID, country: String) -> String {
        """
        # Written by `karoo import` because the seller had no file yet. Fill in what buyers ought to know, then take the
        # number signs away. The words about the seller stand beside this file, in en.md and so on.

        # The name that buyers read.
        name: "\(seller)"
        # Where the goods are sent from: two capitals of ISO 3166.
        country: "\(country)"
        # region: Hamburg
        # since: 2014
        # accent: "#0B63CE"
        # logo: logo.svg

        # Who sells, as the law of most markets wants it named.
        # legal:
        #   name: Example GmbH
        #   address: [Example Street 1, 20457 Hamburg]
        #   email: hello@example.com
        #   phone: "+49 40 000000"
        #   vatID: DE000000000
        #   register: HRB 000000

        # What delivery costs and how long it takes. Without rates, nothing is delivered anywhere.
        # shipping:
        #   handlingDays: [1, 2]
        #   rates:
        #     - {markets: [de], prices: {EUR: "4.90"}, freeFrom: {EUR: "60.00"}, days: [2, 4]}

        # returns: {days: 30, paidBy: buyer}

        """
    }

    private func write(_ bytes: [UInt8], to name: String) throws(BuildIssue) {
        let path = "\(folder.path)/\(name)"
        let shown = folder.shown(name)
        try makeFolders(of: path, shown: shown)
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw SellerFolder.issue(shown) }
        guard SellerFolder.write(bytes, descriptor), fsync(descriptor) == 0 else {
            let issue = SellerFolder.issue(shown)
            close(descriptor)
            unlink(temporary)
            throw issue
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let issue = SellerFolder.issue(shown)
            unlink(temporary)
            throw issue
        }
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }

    /// Makes the folders on the way to a file.
    private func makeFolders(of path: String, shown: String) throws(BuildIssue) {
        for place in path.indices.dropFirst() where path[place] == "/" {
            guard mkdir(String(path[..<place]), 0o755) == 0 || errno == EEXIST else { throw SellerFolder.issue(shown) }
        }
    }

    private static func issue(_ shown: String) -> BuildIssue {
        BuildIssue(.error, file: shown, "cannot be written: \(systemMessage())")
    }
}
