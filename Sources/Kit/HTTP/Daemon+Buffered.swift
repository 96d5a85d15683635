/// What clients keep in memory by being slow: answers they do not take, bodies they do not finish,
/// events they do not read.
extension Daemon {
    /// `connection` keeps `body` from now on, instead of what it kept before.
    func pin(_ connection: Connection, _ body: [UInt8]) {
        unpin(connection)
        if body.count >= BufferedBytes.countedFrom {
            pin(connection, KeptAnswer.address(of: body), bytes: body.count)
        }
    }

    /// The body of `request`, which nobody else has; a place for it is there before it comes.
    func pinBody(of request: HTTPRequest, bytes: Int) {
        let connection = request.connection
        guard bytes >= BufferedBytes.countedFrom, connection.pinned.isEmpty else { return }
        pin(connection, UInt(bitPattern: ObjectIdentifier(connection)), bytes: bytes)
    }

    /// A piece that waits for a stream's reader. Small ones count too: there may be many.
    func pin(_ connection: Connection, _ piece: SharedPiece) {
        pin(connection, KeptAnswer.address(of: piece.bytes), bytes: piece.bytes.count)
    }

    private func pin(_ connection: Connection, _ text: UInt, bytes: Int) {
        connection.pinned.append(text)
        pinned.pin(text, bytes: bytes)
    }

    func unpin(_ connection: Connection) {
        for text in connection.pinned { pinned.unpin(text) }
        connection.pinned = []
    }

    /// Ends the connections that have kept bytes the longest until they are few enough. At the end
    /// of a run: whoever is quick has taken its answer by then.
    func cutSlowest() {
        guard pinned.isTooMuch else { return }
        let slowest = connections.filter { !$0.pinned.isEmpty && $0.isClientsTurn }
            .sorted { $0.sinceNs < $1.sinceNs }
        for connection in slowest {
            if pinned.isEnough { return }
            cutSlowTotal += 1
            unpin(connection)
            if let stream = connection.stream { stream.cut() } else { connection.cut() }
        }
    }
}
