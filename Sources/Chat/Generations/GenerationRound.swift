/// Visits the generations of one executor together: a visit to each of thousands would cost more than what it is for.
actor GenerationRound {
    /// How many are visited in one go, so that replies on the same loop do not wait for all of them.
    private static let batch = 64

    private nonisolated let executor: any SerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.executor.asUnownedSerialExecutor() }

    private init(on executor: any SerialExecutor) {
        self.executor = executor
    }

    /// The reports of all generations, wherever they live.
    static func reports(of generations: some Sequence<Generation>) async -> [(Generation, Generation.Report)] {
        var reports: [(Generation, Generation.Report)] = []
        for (round, batch) in Self.batches(of: generations) { reports += await round.reports(of: batch) }
        return reports
    }

    /// Tells generations up to which event a checkpoint holds them.
    static func checkpointed(_ parts: [(generation: Generation, last: Int)]) async {
        let last = Dictionary(uniqueKeysWithValues: parts.map { (ObjectIdentifier($0.generation), $0.last) })
        for (round, batch) in Self.batches(of: parts.lazy.map(\.generation)) { await round.checkpointed(batch, last) }
    }

    private static func batches(of generations: some Sequence<Generation>) -> [(GenerationRound, [Generation])] {
        Dictionary(grouping: generations) { ObjectIdentifier($0.executor) }.values.flatMap { neighbours in
            let round = GenerationRound(on: neighbours[0].executor)
            return stride(from: 0, to: neighbours.count, by: Self.batch).map { start in
                (round, Array(neighbours[start..<min(start + Self.batch, neighbours.count)]))
            }
        }
    }

    private func reports(of generations: [Generation]) -> [(Generation, Generation.Report)] {
        generations.map { generation in (generation, generation.assumeIsolated { $0.report() }) }
    }

    private func checkpointed(_ generations: [Generation], _ last: [ObjectIdentifier: Int]) {
        for generation in generations {
            guard let number = last[ObjectIdentifier(generation)] else { continue }
            generation.assumeIsolated { $0.checkpointed(through: number) }
        }
    }
}
