// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

struct StockSheetTests {
    @Test func aSheetIsReadWhateverTheOrderOfItsColumns() {
        let sheet = StockSheet(parsing: Array("onHand,offer,backorderLimit\r\n7,alpha/lamp,\r\n\"12\",\"beta/tea, green\",3\r\n".utf8), file: "count.csv")
        #expect(sheet.issues.isEmpty)
        #expect(
            sheet.rows == [
                StockSheet.Row(line: 2, offer: "alpha/lamp", onHand: 7, backorderLimit: nil),
                StockSheet.Row(line: 3, offer: "beta/tea, green", onHand: 12, backorderLimit: 3),
            ])
    }

    @Test(arguments: [
        ("", 1), ("offer\na/b\n", 1), ("offer,onHand,price\na/b,1,2\n", 1), ("offer,onHand\na/b\n", 2), ("offer,onHand\na/b,1\nlamp,1\n", 3),
        ("offer,onHand\na/b,-1\n", 2), ("offer,onHand\na/b,1.5\n", 2), ("offer,onHand\na/b,99999999999999999999\n", 2),
        ("offer,onHand\na/b,1\n\na/b,2\n", 4), ("offer,onHand,backorderLimit\na/b,1,x\n", 2), ("offer,onHand\n=a/b/c,1\n", 2),
    ]) func whatIsWrongIsSaidWithItsLine(text: String, line: Int) {
        let sheet = StockSheet(parsing: Array(text.utf8), file: "count.csv")
        #expect(sheet.issues.all.map(\.line) == [line])
    }
}
