import SQL
import TestGate
import Testing

@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresContractTests {
    @Test(arguments: DatabaseContract.all)
    func holds(_ contract: DatabaseContract) async throws {
        try await withPostgres { try await contract.check($0) }
    }
}
