import KarooTemplate
import Testing
@Suite struct BytesTests { @Test func empty() { #expect(Bytes().count == 0) } }
