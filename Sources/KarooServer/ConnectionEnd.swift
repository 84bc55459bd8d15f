// KarooExpress – Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection after an answer that says `Connection: close`.
final class ConnectionEnd: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var isLast = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isLast = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .end where isLast:
            context.writeAndFlush(data, promise: promise)
            context.close(mode: .all, promise: nil)
        default:
            context.write(data, promise: promise)
        }
    }
}
